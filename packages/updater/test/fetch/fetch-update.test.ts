import { createHash } from 'node:crypto';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { mountTmpfs, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import type { FetchProgress } from '../../src/fetch/index.ts';
import { CONTROL, controlFor, fetching, hasLeftovers, imageAt, NAME } from './fetching.ts';
import { type Asked, answer, serveFiles } from './file-server.ts';
import { join, noise } from './noise.ts';
import { isTarget, older, scattered, serve, sha256, target } from './scene.ts';

describe('a fetch', () => {
  test('takes from the old file what it has, and asks for the rest', async () => {
    const { image, control } = await serve();
    const fetched = await fetching(image, [older]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched).toMatchObject({ method: 'delta', size: target.length, sha256 });
    expect(fetched).not.toHaveProperty('reason');
    expect(fetched.bytesFetched - control.length).toBeLessThan(26_000);
    expect(fetched.bytesReused).toBeGreaterThan(974_000);
    expect(hasLeftovers(fetched.folder)).toBe(false);
  });

  test('asks for nothing but the control file when a seed is the image', async () => {
    const { image, control, requests } = await serve();
    const fetched = await fetching(image, [noise(5000, 9), target]);
    expect(fetched).toMatchObject({ method: 'delta', bytesReused: target.length, bytesFetched: control.length });
    expect(requests.get(NAME)).toBeUndefined();
  });

  test('asks for many ranges in one request where the server answers them together', async () => {
    const { image, requests } = await serve();
    const fetched = await fetching(image, [scattered]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(requests.get(NAME)?.length).toBeLessThan(20);
    expect(requests.get(NAME)?.some((range) => (range?.split(',').length ?? 0) > 1)).toBe(true);
  });

  test.each<[string, (asked: Asked) => void]>([
    ['the whole file', (asked) => answer({ ...asked, ranges: [] })],
    ['the first of them', (asked) => answer(asked, {}, { several: false })],
    ['416', ({ response }) => void response.writeHead(416).end()],
  ])('does without several ranges at once where the server answers with %s', async (_, behave) => {
    const { image } = await serve((asked) => {
      if (asked.ranges.length < 2) return false;
      behave(asked);
      return true;
    });
    const fetched = await fetching(image, [scattered]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched.method).toBe('delta');
  });

  test('asks once for blocks that the image has several times, and never for zeros', async () => {
    const repeated = join(noise(40_960), noise(40_960), new Uint8Array(400_000), noise(30_000, 4));
    const control = await controlFor(repeated);
    const { url } = await serveFiles({ [NAME]: repeated, [CONTROL]: control });
    const fetched = await fetching(imageAt({ controlFileUrls: [url + CONTROL] }));
    expect(Buffer.compare(fetched.bytes, repeated)).toBe(0);
    expect(fetched.bytesFetched - control.length).toBeLessThan(80_000);
  });

  test('continues what an earlier attempt has left', async () => {
    const { image, control } = await serve();
    const folder = temporaryFolder();
    writeFileSync(joinPath(folder, `.${NAME}.part`), target.subarray(0, 900_000));
    const fetched = await fetching(image, [], { folder });
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched.bytesFetched - control.length).toBeLessThan(103_000);
  });

  test('takes from an attempt at another version what it has, and leaves nothing of it', async () => {
    const { image, control } = await serve();
    const folder = temporaryFolder();
    writeFileSync(joinPath(folder, `.${NAME}.part`), join(noise(777, 5), target));
    const fetched = await fetching(image, [], { folder });
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched.bytesFetched - control.length).toBeLessThan(5000);
    expect(hasLeftovers(folder)).toBe(false);
  });

  test('does without seeds that can not be read', async () => {
    const { image } = await serve();
    const fetched = await fetching(image, [older], { seeds: ['/nowhere/at-all', '/'] });
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched).toMatchObject({ method: 'whole', reason: 'no old file has anything of it' });
  });

  test('says how far it is', async () => {
    const { image } = await serve();
    const events: FetchProgress[] = [];
    await fetching(image, [older], { onProgress: (event) => void events.push(event) });
    expect(events.length).toBeGreaterThan(0);
    expect(events.every(({ done, total, rate }) => done <= total && rate >= 0)).toBe(true);
  });

  test('says so while a long answer comes in', async () => {
    const { image } = await serve(async ({ content, response }) => {
      response.writeHead(200, { 'content-length': content.length });
      for (let at = 0; at < content.length; at += 250_000) {
        response.write(content.subarray(at, at + 250_000));
        await new Promise((resolve) => setTimeout(resolve, 120));
      }
      response.end();
      return true;
    });
    const events: FetchProgress[] = [];
    await fetching(image, [], { onProgress: (event) => void events.push(event) });
    const done = new Set(events.filter(({ phase }) => phase === 'fetch').map((event) => event.done));
    expect(done.size).toBeGreaterThan(2);
  });

  test('stops when it is told to', async () => {
    const stop = new AbortController();
    const { image } = await serve(({ response }) => {
      response.writeHead(200, { 'content-length': target.length }).write(target.subarray(0, 1000));
      stop.abort(new Error('enough'));
      return true;
    });
    await expect(fetching(image, [], { signal: stop.signal })).rejects.toThrow('enough');
  });

  test('refuses an image beyond its limit', async () => {
    const { image } = await serve();
    await expect(fetching(image, [], { limits: { imageSize: 999_999 } })).rejects.toMatchObject({ code: 'limit' });
    await expect(fetching(image, [], { limits: { controlFileSize: 100 } })).rejects.toMatchObject({ code: 'limit' });
  });

  testWith(['root'], 'refuses at the beginning an image for which there is no room', async () => {
    const { image, requests } = await serve();
    const folder = mountTmpfs(temporaryFolder(), '512k');
    await expect(fetching(image, [], { folder })).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('the disk must have 1000000 bytes free'),
    });
    const whole = { ...image, controlFileUrls: [], imageUrls: [new URL(NAME, image.controlFileUrls[0]).href] };
    await expect(fetching(whole, [], { folder })).rejects.toMatchObject({ code: 'io' });
    expect(requests.get(NAME)).toHaveLength(1);
  });

  test('refuses a control file that promises more than it has sums for', async () => {
    const control = Buffer.from(await controlFor(new Uint8Array(4096), { blockSize: 4096 })).toString('latin1');
    const size = 8 * 2 ** 50;
    const lying = control.replace('Length: 4096', `Length: ${size}`).replace('Blocksize: 4096', 'Blocksize: 16777216');
    const { url } = await serveFiles({ [CONTROL]: Buffer.from(lying, 'latin1') });
    await expect(fetching(imageAt({ controlFileUrls: [url + CONTROL] }))).rejects.toMatchObject({ code: 'malformed' });
  });

  test('takes the whole file when the control file is of another one', async () => {
    const { url } = await serveFiles({ [NAME]: target, [CONTROL]: await controlFor(older) });
    const image = imageAt({ controlFileUrls: [url + CONTROL], imageUrls: [url + NAME], sha256 });
    const fetched = await fetching(image, [older]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched).toMatchObject({ method: 'whole', reason: expect.stringContaining('another file') });
  });

  test('asks the next mirror for what one does not have', async () => {
    const mirror = await serveFiles({ 'copy.AppImage': target });
    const control = await controlFor(target, { urls: ['renamed.AppImage', `${mirror.url}copy.AppImage`] });
    const { url } = await serveFiles({ [CONTROL]: control });
    const fetched = await fetching(imageAt({ controlFileUrls: [url + CONTROL] }), [older]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched.method).toBe('delta');
  });

  test('downloads a file of which there is no control file, and hashes it', async () => {
    const { url } = await serveFiles({ [NAME]: target });
    const fetched = await fetching(imageAt({ imageUrls: [url + NAME], sha256, size: target.length }), [older]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched).toMatchObject({ method: 'whole', reason: 'there is no control file', sha256 });
    expect(hasLeftovers(fetched.folder)).toBe(false);
  });

  test('refuses a file that is not the one that was promised', async () => {
    const { url } = await serveFiles({ [NAME]: target });
    const sha512 = createHash('sha512').update(older).digest('hex');
    for (const known of [{ sha256: '0'.repeat(64) }, { size: 5 }, { sha512 }]) {
      await expect(fetching(imageAt({ imageUrls: [url + NAME], ...known }))).rejects.toMatchObject({
        code: 'untrusted',
      });
    }
  });
});

test('a fetch does not follow a symlink where it notes how far it is', async () => {
  const { url } = await serveFiles({ [NAME]: target });
  const folder = temporaryFolder();
  writeFileSync(joinPath(folder, 'victim'), 'precious');
  symlinkSync('victim', joinPath(folder, `.${NAME}.part.state.new`));
  await fetching(imageAt({ imageUrls: [url + NAME] }), [], { folder });
  expect(readFileSync(joinPath(folder, 'victim'), 'utf8')).toBe('precious');
});

test('a fetch does not follow a symlink at its destination', async () => {
  const { image } = await serve();
  const folder = temporaryFolder();
  const victim = joinPath(folder, 'victim');
  writeFileSync(victim, 'precious');
  symlinkSync(victim, joinPath(folder, `.${NAME}.part`));
  await expect(fetching(image, [older], { folder })).rejects.toMatchObject({ code: 'io' });
  expect(readFileSync(victim, 'utf8')).toBe('precious');
});
