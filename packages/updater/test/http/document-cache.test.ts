import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { defaultCacheFolder } from '../../src/http/document-cache.ts';
import { testClient } from '../servers/http-client.ts';
import { sendJson, startServer } from '../servers/test-server.ts';

const textOf = ({ bytes }: { readonly bytes: Uint8Array }) => new TextDecoder().decode(bytes);

describe('answers of APIs', () => {
  test('are kept, and asked for again by their entity tag', async () => {
    const cacheFolder = join(temporaryFolder(), 'deep', 'cache');
    let value = 1;
    await using server = await startServer((request, response) =>
      sendJson(request, response, { value }, { link: '<x>' }),
    );
    const first = await testClient({ cacheFolder }).getDocument(server.url);
    const second = await testClient({ cacheFolder }).getDocument(server.url);
    expect([first.isCached, second.isCached]).toEqual([false, true]);
    expect(textOf(second)).toBe('{"value":1}');
    expect(second.headers.get('link')).toBe('<x>');
    value = 2;
    const third = await testClient({ cacheFolder }).getDocument(server.url);
    expect({ text: textOf(third), isCached: third.isCached }).toEqual({ text: '{"value":2}', isCached: false });
  });

  test('are kept without the password of their URL', async () => {
    const cacheFolder = temporaryFolder();
    await using server = await startServer((request, response) => sendJson(request, response, {}));
    const url = server.url.replace('//', '//me:secret@');
    await testClient({ cacheFolder }).getDocument(url);
    expect((await testClient({ cacheFolder }).getDocument(url)).isCached).toBe(true);
    expect((await testClient({ cacheFolder }).getDocument(server.url)).isCached).toBe(false);
    const kept = readdirSync(cacheFolder).map((name) => readFileSync(join(cacheFolder, name), 'utf8'));
    expect(kept).toHaveLength(2);
    expect(kept.join()).not.toContain('secret');
  });

  test('are kept apart by who asks, without the token', async () => {
    const cacheFolder = temporaryFolder();
    await using server = await startServer((request, response) =>
      sendJson(request, response, { for: request.headers.authorization ?? 'all' }, {}),
    );
    const tokens = { [server.host]: 'secret-token' };
    await testClient({ cacheFolder, tokens }).getDocument(server.url);
    const other = await testClient({ cacheFolder }).getDocument(server.url);
    expect(textOf(other)).toBe('{"for":"all"}');
    expect(server.requests[1]?.headers['if-none-match']).toBeUndefined();
    const names = readdirSync(cacheFolder);
    expect(names).toHaveLength(2);
    expect(names.join()).not.toContain('secret');
    for (const name of names) expect(statSync(join(cacheFolder, name)).mode & 0o077).toBe(0);
  });

  test.each(['', 'no JSON', '{}', '{"etag":1}', 'null'])(
    'that were damaged to %j on disk are asked for anew',
    async (damage) => {
      const cacheFolder = temporaryFolder();
      await using server = await startServer((request, response) => sendJson(request, response, { value: 1 }));
      await testClient({ cacheFolder }).getDocument(server.url);
      for (const name of readdirSync(cacheFolder)) writeFileSync(join(cacheFolder, name), damage);
      expect(textOf(await testClient({ cacheFolder }).getDocument(server.url))).toBe('{"value":1}');
      expect(server.requests[1]?.headers['if-none-match']).toBeUndefined();
    },
  );

  test('need no place to be kept', async () => {
    const cacheFolder = join(temporaryFolder(), 'file');
    writeFileSync(cacheFolder, 'not a folder');
    await using server = await startServer((request, response) => sendJson(request, response, { value: 1 }));
    expect(textOf(await testClient({ cacheFolder }).getDocument(server.url))).toBe('{"value":1}');
    expect(readFileSync(cacheFolder, 'utf8')).toBe('not a folder');
  });

  test('do not pile up', async () => {
    const cacheFolder = temporaryFolder();
    await using server = await startServer((request, response, url) =>
      sendJson(request, response, { path: url.search }),
    );
    const http = testClient({ cacheFolder });
    for (let number = 0; number < 205; number++) await http.getDocument(`${server.url}/?${number}`);
    expect(readdirSync(cacheFolder)).toHaveLength(200);
  });

  test('lie in the folder for caches', () => {
    expect(defaultCacheFolder({ XDG_CACHE_HOME: '/c' })).toBe('/c/appimage/http');
    expect(defaultCacheFolder({ XDG_CACHE_HOME: 'relative', HOME: '/h' })).toMatch(/^\/.*http$/);
  });
});
