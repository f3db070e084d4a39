import { expect, test } from 'vitest';
import { serveFiles } from '../../src/browser/index.ts';

test('serves files by their name, and the root', async () => {
  await using server = await serveFiles(
    new Map<string, Uint8Array | string>([
      ['index.html', 'page'],
      ['main.js', 'code'],
      ['data', Uint8Array.of(1, 2, 3)],
    ]),
  );
  const get = async (path: string) => {
    const response = await fetch(new URL(path, server.url));
    return [response.status, response.headers.get('content-type'), await response.text()];
  };
  expect(await get('')).toEqual([200, 'text/html; charset=utf-8', 'page']);
  expect(await get('main.js?query')).toEqual([200, 'text/javascript', 'code']);
  expect(await get('data')).toEqual([200, 'application/octet-stream', '\x01\x02\x03']);
  expect(await get('nothing')).toEqual([404, null, '']);
});

test('is gone when it is disposed of', async () => {
  const server = await serveFiles(new Map());
  await server[Symbol.asyncDispose]();
  await expect(fetch(server.url)).rejects.toThrow();
});
