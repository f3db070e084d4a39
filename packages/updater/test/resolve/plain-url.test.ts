import { describe, expect, test } from 'vitest';
import { nameOfDisposition } from '../../src/resolve/file-name.ts';
import { type ResolveOptions, resolveUpdate } from '../../src/resolve/index.ts';
import { testClient } from '../servers/http-client.ts';
import { sendFile, startServer } from '../servers/test-server.ts';

const FILE = new TextEncoder().encode('image');

const direct = (url: string, options: Partial<ResolveOptions> = {}) =>
  resolveUpdate({ transport: 'direct-link', url }, { http: testClient(), ...options });

describe('the URL of a control file', () => {
  test('is all that is known, query included, and asks nobody', async () => {
    const url = 'https://gitlab.example.org/raw/App-x86_64.AppImage.zsync?job=build';
    const http = testClient();
    const { image } = await resolveUpdate({ transport: 'zsync', url }, { http });
    expect(image).toMatchObject({
      name: 'App-x86_64.AppImage',
      architecture: 'x86_64',
      imageUrls: [],
      controlFileUrls: [url],
    });
    expect(http.transfer.requests).toBe(0);
  });

  test.each(['App.AppImage.zsync', 'ftp://example.org/a.zsync', ''])('must be one: %j is not', async (url) => {
    const resolved = resolveUpdate({ transport: 'zsync', url }, { http: testClient() });
    await expect(resolved).rejects.toMatchObject({ code: 'malformed', reason: 'unusable-information' });
  });
});

describe('the URL of an image', () => {
  test('gives what the server says of the file, without fetching it', async () => {
    const modified = 'Fri, 02 Jan 2026 03:04:05 GMT';
    await using server = await startServer((request, response) =>
      sendFile(request, response, FILE, { etag: '"one"', 'last-modified': modified }),
    );
    const { image, revision, unchanged } = await direct(`${server.url}/App-x86_64.AppImage`);
    expect(image).toMatchObject({
      name: 'App-x86_64.AppImage',
      imageUrls: [`${server.url}/App-x86_64.AppImage`],
      size: 5,
      publishedAt: new Date(modified),
    });
    expect(revision).toEqual({ etag: '"one"', lastModified: modified, size: 5 });
    expect(unchanged).toBe(false);
    expect(server.requests[0]?.headers.range).toBe('bytes=0-0');
  });

  test('tells by the entity tag whether the file is the one of last time', async () => {
    await using server = await startServer((request, response) => {
      if (request.headers['if-none-match'] === '"one"') response.writeHead(304, { etag: '"one"' }).end();
      else sendFile(request, response, FILE, { etag: '"one"' });
    });
    const previousRevision = { etag: '"one"', lastModified: undefined, size: 5 };
    expect(await direct(server.url, { previousRevision })).toMatchObject({
      unchanged: true,
      revision: previousRevision,
    });
    const other = await direct(server.url, { previousRevision: { ...previousRevision, etag: '"zero"' } });
    expect(other).toMatchObject({ unchanged: false, revision: { etag: '"one"' } });
  });

  test('tells it by time and size where there is no entity tag, and by nothing less', async () => {
    const lastModified = 'Fri, 02 Jan 2026 03:04:05 GMT';
    let headers: Record<string, string> = { 'last-modified': lastModified };
    await using server = await startServer((request, response) => sendFile(request, response, FILE, headers));
    const isUnchanged = async (size: number) =>
      (await direct(server.url, { previousRevision: { etag: undefined, lastModified, size } })).unchanged;
    expect([await isUnchanged(5), await isUnchanged(6)]).toEqual([true, false]);
    headers = {};
    expect(await isUnchanged(5)).toBe(false);
  });

  test('may answer without ranges, and say the name', async () => {
    const disposition = `attachment; filename="x.bin"; filename*=UTF-8''App%20N%C3%A4me.AppImage`;
    await using server = await startServer((_, response) => {
      response.writeHead(200, { 'content-length': 5, 'content-disposition': disposition }).end('image');
    });
    const { image } = await direct(`${server.url}/download?id=7`);
    expect(image).toMatchObject({ name: 'App Näme.AppImage', size: 5 });
  });

  test('may lead to the file by redirects, which are not remembered', async () => {
    await using server = await startServer((request, response, url) => {
      if (url.pathname === '/latest') response.writeHead(302, { location: '/App-2.AppImage?signed=1' }).end();
      else sendFile(request, response, FILE);
    });
    const { image } = await direct(`${server.url}/latest`);
    expect(image).toMatchObject({ name: 'App-2.AppImage', imageUrls: [`${server.url}/latest`] });
  });

  test('that leads to a page for people is an error', async () => {
    await using server = await startServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>');
    });
    await expect(direct(server.url)).rejects.toMatchObject({ code: 'malformed', reason: 'html-answer' });
  });
});

describe('the name in Content-Disposition', () => {
  test.each([
    ['attachment; filename=App.AppImage', 'App.AppImage'],
    ['attachment; filename="App \\"1\\".AppImage"', 'App "1".AppImage'],
    ['attachment; filename="../../etc/passwd"', undefined],
    ["attachment; filename*=UTF-8''..%2F..%2Fx", undefined],
    ["attachment; filename*=UTF-8''%ff", undefined],
    ['inline', undefined],
    [null, undefined],
  ])('%j is %j', (field, name) => {
    expect(nameOfDisposition(field)).toBe(name);
  });
});
