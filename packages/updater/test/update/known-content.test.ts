import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkForUpdate, listKeptVersions, rollbackAppImage, updateAppImage } from '../../src/index.ts';
import { sendFile, startServer } from '../servers/test-server.ts';
import { makeImage } from '../support/make-image.ts';
import { startPublisher } from '../support/publisher.ts';

/** A server that says nothing of its file, not even a time, but perhaps a version in a document of its own. */
async function startSilentServer(version?: string) {
  const offered = {
    image: new Uint8Array(0) as Uint8Array,
    version,
    etag: undefined as string | undefined,
    fetches: 0,
  };
  const server = await startServer((request, response, { pathname }) => {
    if (pathname === '/latest') {
      response.end(JSON.stringify({ version: offered.version, url: '/probe.AppImage' }));
      return;
    }
    if (request.headers.range === undefined) offered.fetches += 1;
    sendFile(request, response, offered.image, offered.etag === undefined ? {} : { etag: offered.etag });
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { offered, url: server.url };
}

test('what turns out to be the installed file when it has come is no update, and takes no old version away', async () => {
  const { offered, url } = await startSilentServer();
  const { publish, install, file, options } = await startPublisher();
  await install({ version: '1.0' });
  await publish({ version: '1.1' });
  await updateAppImage(file, options);
  offered.image = readFileSync(file);
  const result = await updateAppImage(file, { ...options, source: `${url}/probe.AppImage`, keep: { count: 1 } });
  expect(result).toMatchObject({ state: 'up-to-date', updated: null, transfer: { method: 'whole' }, kept: null });
  expect((await listKeptVersions(file)).map(({ version }) => version)).toEqual(['1.0']);
  expect(readdirSync(dirname(file))).toEqual(['.appimage-versions', 'probe.AppImage']);
});

test('what turns out to be a version that was taken back when it has come is not brought again, nor fetched again', async () => {
  const { offered, url } = await startSilentServer();
  const { file, options } = await startPublisher();
  const old = await makeImage({ version: 'continuous' });
  writeFileSync(file, old);
  offered.image = await makeImage({ version: 'continuous', content: new Uint8Array(99) });
  const direct = { ...options, source: `${url}/probe.AppImage` };
  expect(await updateAppImage(file, direct)).toMatchObject({ state: 'updated' });
  await rollbackAppImage(file, options);
  offered.etag = '"one"';
  expect(await updateAppImage(file, direct)).toMatchObject({ state: 'held-back', updated: null });
  expect(readFileSync(file)).toEqual(Buffer.from(old));
  const { fetches } = offered;
  expect(await updateAppImage(file, direct)).toMatchObject({ state: 'held-back', transfer: null });
  expect(offered.fetches).toBe(fetches);
  expect(readdirSync(dirname(file)).some((name) => name.includes('part'))).toBe(false);
  offered.etag = '"two"';
  expect(await updateAppImage(file, { ...direct, allowHeldBack: true })).toMatchObject({ state: 'updated' });
});

test('a source that counts otherwise than the image does is followed once a version', async () => {
  const { offered, url } = await startSilentServer('1.2');
  const { file, options } = await startPublisher();
  writeFileSync(file, await makeImage({ version: '1.0.9' }));
  offered.image = await makeImage({ version: '1.1.0' });
  const fields = { ...options, source: `json-fields|${url}/latest|version=version,url=url` };
  expect(await updateAppImage(file, fields)).toMatchObject({ state: 'updated', updated: { version: '1.1.0' } });
  expect(await updateAppImage(file, fields)).toMatchObject({ state: 'up-to-date', transfer: null });
  expect(offered.fetches).toBe(1);
  offered.version = '1.3';
  expect(await checkForUpdate(file, fields)).toMatchObject({ state: 'available' });
  // A moving target keeps its name.
  offered.version = 'continuous';
  await updateAppImage(file, fields);
  expect(await checkForUpdate(file, fields)).toMatchObject({ state: 'available' });
});

test('a password in a source is in no result and in no name', async () => {
  const { install, publish, file, options, server, dataFolder } = await startPublisher();
  await install({ version: '1.0' });
  await publish({ version: '2.0' });
  const source = `${server.url.replace('//', '//me:secret@')}/probe.AppImage.zsync`;
  const cacheFolder = join(dataFolder, 'cache');
  const result = await updateAppImage(file, { ...options, source, http: { cacheFolder } });
  expect(result.state).toBe('updated');
  expect(JSON.stringify(result)).not.toContain('secret');
  const missing = updateAppImage(file, { ...options, source: source.replace('.zsync', '.json') });
  await expect(missing.catch((error) => `${JSON.stringify(error)} ${error.stack}`)).resolves.not.toContain('secret');
  expect(server.requests[0]?.headers.authorization).toBe(`Basic ${btoa('me:secret')}`);
});
