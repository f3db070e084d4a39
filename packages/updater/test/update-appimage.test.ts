import {
  chmodSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkForUpdate, listKeptVersions, updateAppImage } from '../src/index.ts';
import { makeImage } from './support/make-image.ts';
import { noise } from './support/noise.ts';
import { startPublisher } from './support/publisher.ts';

const content = noise(300_000);

describe('an update', () => {
  test('brings the version that is offered, keeps the old one, and is done once', async () => {
    const { install, publish, file, options } = await startPublisher();
    const old = await install({ version: '1.0', content });
    const next = await publish({ version: '2.0', content });
    expect(await checkForUpdate(file, options)).toMatchObject({ state: 'available', installed: { version: '1.0' } });
    expect(readFileSync(file)).toEqual(Buffer.from(old));

    const steps = new Set<string>();
    const result = await updateAppImage(file, { ...options, onProgress: ({ step }) => steps.add(step) });
    expect(result).toMatchObject({
      state: 'updated',
      installed: { name: 'Probe', version: '1.0', size: old.length },
      updated: { name: 'Probe', version: '2.0', size: next.length },
      trust: { state: 'unsigned', fingerprint: null },
    });
    expect(readFileSync(file)).toEqual(Buffer.from(next));
    expect(readFileSync(result.kept?.path ?? '')).toEqual(Buffer.from(old));
    expect(readdirSync(dirname(file))).toEqual(['.appimage-versions', 'probe.AppImage']);
    expect([...steps]).toEqual(['resolve', 'compare', 'fetch', 'verify', 'replace']);

    expect(await updateAppImage(file, options)).toMatchObject({ state: 'up-to-date', updated: null, transfer: null });
    expect(await checkForUpdate(file, options)).toMatchObject({ state: 'up-to-date' });
  });

  test('fetches only what differs', async () => {
    const { install, publish, file, options, server } = await startPublisher();
    await install({ version: '1.0', content });
    const next = await publish({ version: '2.0', content });
    server.requests.length = 0;
    const { transfer } = await updateAppImage(file, options);
    expect(transfer).toMatchObject({ method: 'delta' });
    expect(transfer?.bytesFetched).toBeLessThan(next.length / 10);
    expect(server.requests.filter(({ path }) => path.endsWith('.zsync'))).toHaveLength(1);
  });

  test('keeps permissions and the name, and leaves links as they are', async () => {
    const { install, publish, file, options } = await startPublisher();
    await install({ version: '1.0' });
    chmodSync(file, 0o700);
    const [link, other] = [join(dirname(file), 'link'), join(dirname(file), 'other')];
    symlinkSync('probe.AppImage', link);
    linkSync(file, other);
    const old = readFileSync(file);
    const next = await publish({ version: '2.0' });
    const { remarks } = await updateAppImage(link, options);
    expect(readFileSync(file)).toEqual(Buffer.from(next));
    expect(statSync(file).mode & 0o7777).toBe(0o700);
    expect(readFileSync(link)).toEqual(Buffer.from(next));
    expect(readFileSync(other)).toEqual(old);
    expect(remarks).toContain('The file has other names (hard links), which still lead to the old version');
  });

  test('that fails to be checked is an error, and never "up to date"', async () => {
    const { install, file, options, server } = await startPublisher();
    const old = await install({ version: '1.0' });
    await expect(checkForUpdate(file, options)).rejects.toMatchObject({ code: 'not-found', status: 404 });
    await expect(updateAppImage(file, options)).rejects.toMatchObject({ url: expect.stringContaining(server.url) });
    expect(readFileSync(file)).toEqual(Buffer.from(old));
  });

  test('without a source is an error that says so; one that is given is remembered when one asks for it', async () => {
    const { publish, file, options, updateInformation } = await startPublisher();
    writeFileSync(file, await makeImage({ version: '1.0' }));
    await publish({ version: '2.0' });
    await expect(checkForUpdate(file, options)).rejects.toMatchObject({ code: 'not-found' });
    const check = await checkForUpdate(file, { ...options, source: updateInformation, remember: true });
    expect(check).toMatchObject({ state: 'available', source: updateInformation });
    expect(await updateAppImage(file, options)).toMatchObject({ state: 'updated', source: updateInformation });
    await checkForUpdate(file, { ...options, source: 'embedded', remember: true });
    expect(await checkForUpdate(file, options)).toMatchObject({ state: 'up-to-date' });
  });

  test.each(['resolve', 'compare', 'fetch', 'verify', 'replace'])(
    'that is stopped at the step %s leaves the old file, and the next one finishes',
    async (stop) => {
      const { install, publish, file, options } = await startPublisher();
      const old = await install({ version: '1.0', content });
      const next = await publish({ version: '2.0', content: noise(300_000, 2) });
      const controller = new AbortController();
      const onProgress = ({ step }: { readonly step: string }) =>
        step === stop && controller.abort(new Error('enough'));
      await expect(updateAppImage(file, { ...options, signal: controller.signal, onProgress })).rejects.toThrow(
        'enough',
      );
      expect(readFileSync(file)).toEqual(Buffer.from(old));
      expect(await updateAppImage(file, options)).toMatchObject({ state: 'updated' });
      expect(readFileSync(file)).toEqual(Buffer.from(next));
      expect(readdirSync(dirname(file))).toEqual(['.appimage-versions', 'probe.AppImage']);
    },
  );

  test('from a URL alone is told from the one before by its revision', async () => {
    const { install, publish, file, options, server } = await startPublisher();
    await install({ version: 'continuous', content });
    const direct = { ...options, source: `${server.url}/probe.AppImage` };
    const next = await publish({ version: 'continuous', content: noise(300_000, 2) });
    expect(await checkForUpdate(file, direct)).toMatchObject({ state: 'available', offered: { size: next.length } });
    expect(await updateAppImage(file, direct)).toMatchObject({ state: 'updated', transfer: { method: 'whole' } });
    expect(readFileSync(file)).toEqual(Buffer.from(next));
    expect(await checkForUpdate(file, direct)).toMatchObject({ state: 'up-to-date' });
    await publish({ version: 'continuous', content: noise(300_000, 3) });
    expect(await checkForUpdate(file, direct)).toMatchObject({ state: 'available' });
    // What was not fetched by an update may be anything.
    await install({ version: 'continuous', content });
    await publish({ version: 'continuous', content: noise(300_000, 2) });
    expect(await checkForUpdate(file, direct)).toMatchObject({ state: 'available' });
  });

  test('to an older version has to be asked for, whoever knows that it is older', async () => {
    const { install, publish, file, options } = await startPublisher();
    const old = await install({ version: '2.0' });
    const older = await publish({ version: '1.9' });
    // The control file says nothing of versions, so only the image itself does.
    await expect(updateAppImage(file, options)).rejects.toMatchObject({
      code: 'not-permitted',
      message: expect.stringContaining('version 1.9 is older than 2.0'),
    });
    expect(readFileSync(file)).toEqual(Buffer.from(old));
    expect(readdirSync(dirname(file))).toEqual(['probe.AppImage']);
    expect(await updateAppImage(file, { ...options, allowDowngrade: true })).toMatchObject({ state: 'updated' });
    expect(readFileSync(file)).toEqual(Buffer.from(older));
  });

  test('to a build of an earlier time is one to an older version', async () => {
    const { install, publish, file, options } = await startPublisher();
    await install({ version: 'continuous' });
    await publish({ version: 'continuous', content: noise(1000, 2) }, 1_700_000_100);
    expect(await updateAppImage(file, options)).toMatchObject({ state: 'updated' });
    await publish({ version: 'continuous', content: noise(1000, 3) }, 1_700_000_000);
    expect(await updateAppImage(file, options)).toMatchObject({
      state: 'older',
      reason: expect.stringContaining('2023-11-14'),
    });
  });

  test.each([
    ['no image', () => noise(5000), 'malformed', 'expected an AppImage'],
    [
      'an image that is cut off',
      async () => (await makeImage({ version: '2.0', content })).subarray(0, 100_000),
      'malformed',
      'damaged',
    ],
    [
      'an image for another machine',
      () => makeImage({ version: '2.0', machine: 183 }),
      'unsupported',
      'expected an image for x86_64, found one for aarch64',
    ],
  ])('never puts %s into the place of one', async (_, make, code, message) => {
    const { install, publishBytes, file, options } = await startPublisher();
    const old = await install({ version: '1.0' });
    await publishBytes(await make());
    await expect(updateAppImage(file, options)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(readFileSync(file)).toEqual(Buffer.from(old));
    expect(readdirSync(dirname(file))).toEqual(['probe.AppImage']);
  });

  test('of a file that is being updated is refused', async () => {
    const { install, publish, file, options } = await startPublisher();
    await install({ version: '1.0', content });
    await publish({ version: '2.0', content: noise(300_000, 2) });
    const [one, other] = await Promise.allSettled([updateAppImage(file, options), updateAppImage(file, options)]);
    const outcomes = [one, other].map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value.state : outcome.reason.code,
    );
    expect(outcomes.toSorted()).toEqual(['not-permitted', 'updated']);
  });

  test('keeps as many versions as one wants', async () => {
    const { install, publish, file, options } = await startPublisher();
    await install({ version: '1.0' });
    for (const version of ['1.1', '1.2', '1.3', '1.4']) {
      await publish({ version });
      await updateAppImage(file, { ...options, keep: { count: 2 } });
    }
    expect((await listKeptVersions(file)).map(({ version }) => version)).toEqual(['1.3', '1.2']);
    await publish({ version: '1.5' });
    await updateAppImage(file, { ...options, keep: { count: 5, bytes: 1 } });
    expect((await listKeptVersions(file)).map(({ version }) => version)).toEqual(['1.4']);
    await publish({ version: '1.6' });
    expect(await updateAppImage(file, { ...options, keep: { count: 0 } })).toMatchObject({
      state: 'updated',
      kept: null,
    });
    expect(await listKeptVersions(file)).toEqual([]);
  });
});

test('settings that are damaged are an error that names the file, and a way out', async () => {
  const { install, publish, file, options, dataFolder } = await startPublisher();
  await install({ version: '1.0' });
  await publish({ version: '2.0' });
  await updateAppImage(file, options);
  const [record = ''] = readdirSync(join(dataFolder, 'files'));
  const path = join(dataFolder, 'files', record);
  expect(existsSync(path)).toBe(true);
  const whole = readFileSync(path);
  writeFileSync(path, whole.subarray(0, 20));
  await expect(checkForUpdate(file, options)).rejects.toMatchObject({
    code: 'malformed',
    path,
    message: expect.stringContaining('move it away'),
  });
  writeFileSync(path, '{"version":2}');
  await expect(checkForUpdate(file, options)).rejects.toMatchObject({ code: 'unsupported', path });
  writeFileSync(path, whole);
  expect(await checkForUpdate(file, options)).toMatchObject({ state: 'up-to-date' });
});
