import { createHash } from 'node:crypto';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import type { FetchProgress } from '../../src/fetch/index.ts';
import { CONTROL, client, controlFor, fetching, hasLeftovers, imageAt, NAME } from './fetching.ts';
import { type Asked, answer, type Behaviour, serveFiles } from './file-server.ts';
import { join, noise } from './noise.ts';

const target = noise(1_000_000);
/** The target, but for 20,000 bytes in its middle. */
const older = join(target.subarray(0, 400_000), noise(20_013, 2), target.subarray(420_000));
/** The target, but for many places. */
const scattered = Uint8Array.from(target, (byte, index) => (index % 40_000 < 10 ? byte ^ 0xff : byte));
const sha256 = createHash('sha256').update(target).digest('hex');

/** A server that has the target and its control file, and answers for the target as the test says. */
async function serve(behaviour: Behaviour = () => false, content = target) {
  const control = await controlFor(target);
  const server = await serveFiles({ [NAME]: content, [CONTROL]: control }, (asked) =>
    asked.path === NAME ? behaviour(asked) : false,
  );
  return { ...server, control, image: imageAt({ controlFileUrls: [server.url + CONTROL] }) };
}

function isTarget(bytes: Uint8Array): boolean {
  return Buffer.compare(bytes, target) === 0;
}

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

  test('refuses an image for which there is no room', async () => {
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

describe('a server', () => {
  test('that knows no ranges is read to the last byte that is missing', async () => {
    const { image, requests } = await serve((asked) => {
      answer({ ...asked, ranges: [] });
      return true;
    });
    const fetched = await fetching(image, [older]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched).toMatchObject({ method: 'whole', reason: 'a server sends no parts of files' });
    expect(requests.get(NAME)).toHaveLength(1);
  });

  test('that sends other ranges than it was asked for is given up, once nothing of use comes', async () => {
    const { image } = await serve((asked) => {
      if (asked.ranges.length === 0) return false;
      answer({ ...asked, ranges: [[0, 4095]] });
      return true;
    });
    const fetched = await fetching(image, [older]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched).toMatchObject({
      method: 'whole',
      reason: expect.stringContaining('nothing of what was asked for'),
    });
  });

  test('that breaks off is asked again for what is missing', async () => {
    const { image } = await serve(({ index, ranges, content, response }) => {
      const [first, last] = ranges[0] ?? [0, content.length - 1];
      if (index > 1 || last - first < 10_000) return false;
      response.writeHead(206, {
        'content-range': `bytes ${first}-${last}/${content.length}`,
        'content-length': last - first + 1,
      });
      response.write(content.subarray(first, first + 9000), () => response.destroy());
      return true;
    });
    const fetched = await fetching(image, [older]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched.method).toBe('delta');
  });

  test('that is slow but sends something is waited for', async () => {
    const { image } = await serve(async ({ content, response, ranges: [range] }) => {
      const [first, last] = range ?? [0, content.length - 1];
      response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${content.length}` });
      for (let at = first; at <= last; at += 5000) {
        response.write(content.subarray(at, Math.min(last + 1, at + 5000)));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      response.end();
      return true;
    });
    const fetched = await fetching(image, [older], { http: client({ timeouts: { silence: 2000 } }) });
    expect(isTarget(fetched.bytes)).toBe(true);
  });

  test('that falls silent is left for another', async () => {
    const mirror = await serveFiles({ [NAME]: target });
    const { image } = await serve(({ response, content }) => {
      response.writeHead(206, { 'content-range': `bytes 0-9/${content.length}`, 'content-length': 10 });
      response.write('x');
      return true;
    });
    const http = client({ timeouts: { silence: 200 } });
    const fetched = await fetching({ ...image, imageUrls: [mirror.url + NAME] }, [older], { http });
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched.method).toBe('delta');
  });

  test('whose URL expires on the way is found again by its source', async () => {
    const { url } = await serveFiles(
      { [NAME]: target, [CONTROL]: await controlFor(target, { urls: ['ftp://a/b'] }) },
      (asked) => {
        if (asked.path !== NAME) return false;
        const isOld = asked.request.url?.endsWith('key=1') ?? false;
        if (!isOld || asked.index < 2) return false;
        asked.response.writeHead(403).end();
        return true;
      },
    );
    const imageWith = (key: number) =>
      imageAt({ controlFileUrls: [url + CONTROL], imageUrls: [`${url}${NAME}?key=${key}`] });
    let refreshed = 0;
    const refresh = async () => {
      refreshed += 1;
      return imageWith(2);
    };
    const fetched = await fetching(imageWith(1), [scattered], { refresh });
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched.method).toBe('delta');
    expect(refreshed).toBe(1);
  });

  test('that leads to a signed URL is asked again where that has expired', async () => {
    let key = 1;
    const storage = await serveFiles({ [NAME]: target }, ({ request, response, index }) => {
      if (index === 1) key = 2;
      if (request.url?.endsWith(`key=${key}`)) return false;
      response.writeHead(403).end();
      return true;
    });
    const { image } = await serve(({ response }) => {
      response.writeHead(302, { location: `${storage.url}${NAME}?key=${key}` }).end();
      return true;
    });
    const fetched = await fetching(image, [scattered], { connections: 1 });
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched.method).toBe('delta');
    expect(key).toBe(2);
  });

  test('that has a token of the user does not pass it on to where it redirects', async () => {
    const seen: (string | undefined)[] = [];
    const storage = await serveFiles({ [NAME]: target }, ({ request }) => {
      seen.push(request.headers.authorization);
      return false;
    });
    const asked: (string | undefined)[] = [];
    const { image, url } = await serve(({ request, response }) => {
      asked.push(request.headers.authorization);
      response.writeHead(302, { location: storage.url + NAME }).end();
      return true;
    });
    const http = client({ tokens: { [new URL(url).host]: 'secret' } });
    const fetched = await fetching(image, [older], { http });
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(asked[0]).toContain('secret');
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every((value) => value === undefined)).toBe(true);
  });

  test('whose file changes on the way is asked for everything anew', async () => {
    const next = join(noise(5000, 8), target);
    const nextControl = await controlFor(next);
    let isChanged = false;
    const server = await serveFiles({ [NAME]: target, [CONTROL]: await controlFor(target) }, (asked) => {
      if (asked.path === NAME && asked.index === 1) {
        server.files.set(NAME, next).set(CONTROL, nextControl);
        isChanged = true;
      }
      const content = server.files.get(asked.path) ?? asked.content;
      const tag = isChanged ? '"two"' : '"one"';
      const isStale = (asked.request.headers['if-range'] ?? tag) !== tag;
      answer({ ...asked, content, ranges: isStale ? [] : asked.ranges }, { etag: tag });
      return true;
    });
    const image = imageAt({ controlFileUrls: [server.url + CONTROL] });
    const fetched = await fetching(image, [scattered], { connections: 1 });
    expect(isChanged).toBe(true);
    expect(Buffer.compare(fetched.bytes, next)).toBe(0);
  });

  test('that packs what it sends is read whole, unpacked', async () => {
    const packed = gzipSync(target);
    const { image } = await serve(({ response }) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed);
      return true;
    });
    const fetched = await fetching(image, [older]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched).toMatchObject({ method: 'whole', reason: expect.stringContaining('packs what it sends (gzip)') });
  });

  test('that has another, shorter file is not believed', async () => {
    for (const ranged of [true, false]) {
      const { image } = await serve(
        (asked) => {
          answer(ranged ? asked : { ...asked, ranges: [] });
          return true;
        },
        target.subarray(0, 700_000),
      );
      await expect(fetching(image, [older])).rejects.toMatchObject({ code: 'untrusted' });
    }
  });

  test('that sends wrong bytes is replaced by one that does not', async () => {
    const mirror = await serveFiles({ [NAME]: target });
    const { image } = await serve(undefined, noise(target.length, 77));
    const fetched = await fetching({ ...image, imageUrls: [mirror.url + NAME] }, [older]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched.method).toBe('delta');
  });

  test('that sends nothing but wrong bytes is refused in the end', async () => {
    const { image } = await serve(undefined, noise(target.length, 77));
    await expect(fetching(image, [older])).rejects.toMatchObject({ code: 'untrusted' });
  });

  test('of HTTP 1.0 is read', async () => {
    const { image } = await serve(({ content, ranges: [range], response }) => {
      const [first, last] = range ?? [0, content.length - 1];
      const head = `HTTP/1.0 206 Partial Content\r\nContent-Range: bytes ${first}-${last}/${content.length}\r\n\r\n`;
      response.socket?.write(head);
      response.socket?.end(content.subarray(first, last + 1));
      return true;
    });
    const fetched = await fetching(image, [older]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched.method).toBe('delta');
  });

  test('that is busy for a moment is asked again', async () => {
    const { image } = await serve(({ index, response }) => {
      if (index > 0) return false;
      response.writeHead(503, { 'retry-after': '0' }).end();
      return true;
    });
    const fetched = await fetching(image, [older]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched.method).toBe('delta');
  });

  test('that breaks off a whole download is asked for the rest of it', async () => {
    const server = await serveFiles({ [NAME]: target }, (asked) => {
      if (asked.index > 0) {
        answer(asked, { etag: '"one"' });
      } else {
        asked.response.writeHead(200, { 'content-length': target.length, etag: '"one"' });
        asked.response.write(target.subarray(0, 600_000), () => asked.response.destroy());
      }
      return true;
    });
    const fetched = await fetching(imageAt({ imageUrls: [server.url + NAME] }));
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(server.requests.get(NAME)?.[1]).toMatch(/^bytes=[1-9]\d*-$/);
  });

  test('whose file has changed since is not asked for the rest of the old one', async () => {
    const http = client({ retries: 0 });
    const folder = temporaryFolder();
    const server = await serveFiles({ [NAME]: older }, (asked) => {
      if (asked.content === older) {
        asked.response.writeHead(200, { 'content-length': older.length, etag: '"one"' });
        asked.response.write(older.subarray(0, 600_000), () => asked.response.destroy());
      } else {
        answer(asked.request.headers['if-range'] === '"two"' ? asked : { ...asked, ranges: [] }, { etag: '"two"' });
      }
      return true;
    });
    const image = imageAt({ imageUrls: [server.url + NAME] });
    await expect(fetching(image, [], { http, folder })).rejects.toMatchObject({ code: 'io' });
    server.files.set(NAME, target);
    const fetched = await fetching(image, [], { http, folder });
    expect(isTarget(fetched.bytes)).toBe(true);
  });
});

test('a fetch does not follow a symlink at its destination', async () => {
  const { image } = await serve();
  const folder = temporaryFolder();
  const victim = joinPath(folder, 'victim');
  writeFileSync(victim, 'precious');
  truncateSync(victim, 8);
  const { symlinkSync, readFileSync } = await import('node:fs');
  symlinkSync(victim, joinPath(folder, `.${NAME}.part`));
  await expect(fetching(image, [older], { folder })).rejects.toMatchObject({ code: 'io' });
  expect(readFileSync(victim, 'utf8')).toBe('precious');
  rmSync(victim);
});
