import { isAppImageError } from '@appimage-js/format';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolveUpdate } from '../../src/resolve/index.ts';
import { parseFieldMapping } from '../../src/resolve/json-fields.ts';
import { testClient } from '../servers/http-client.ts';
import { sendJson, startServer } from '../servers/test-server.ts';

async function resolve(value: unknown, fields: string) {
  await using server = await startServer((request, response) => sendJson(request, response, value));
  const source = { transport: 'json-fields', url: `${server.url}/api/latest`, fields } as const;
  const { image } = await resolveUpdate(source, { http: testClient() });
  return { ...image, base: server.url };
}

describe('fields of any JSON document', () => {
  test('are read where the mapping says, as a vendor has them', async () => {
    const vendor = {
      version: '1.7.44',
      downloadUrl: 'https://downloads.example.org/App-1.7.44-x86_64.AppImage',
      commit: 'a',
    };
    expect(await resolve(vendor, 'version=version,url=downloadUrl')).toMatchObject({
      name: 'App-1.7.44-x86_64.AppImage',
      version: '1.7.44',
      architecture: 'x86_64',
      imageUrls: ['https://downloads.example.org/App-1.7.44-x86_64.AppImage'],
      controlFileUrls: [],
    });
  });

  test('may lie deep, have odd names, be numbers, and be relative', async () => {
    const value = {
      releases: [{ 'a/b,c': { number: 12 }, file: './App.AppImage', z: '/App.AppImage.zsync', n: 'Named.AppImage' }],
      size: 77,
      digest: `sha256:${'AB'.repeat(32)}`,
      when: '2026-01-02',
      arch: 'arm64',
    };
    const fields =
      'version=/releases/0/a~1b%2Cc/number, url=releases.0.file, zsync=releases.0.z, name=releases.0.n, size=size, ' +
      'sha256=digest, date=when, architecture=arch';
    const { base, ...image } = await resolve(value, fields);
    expect(image).toMatchObject({
      name: 'Named.AppImage',
      version: '12',
      architecture: 'aarch64',
      imageUrls: [`${base}/api/App.AppImage`],
      controlFileUrls: [`${base}/App.AppImage.zsync`],
      size: 77,
      sha256: 'ab'.repeat(32),
      publishedAt: new Date('2026-01-02'),
    });
  });

  test.each([
    [{ version: '1' }, 'version=version,url=downloadUrl', 'url must be at downloadUrl, found nothing'],
    [{ url: 'x' }, 'version=version,url=url', 'version must be at version, found nothing'],
    [{ url: ['x'] }, 'url=url', 'found a list'],
    [{ url: 'javascript:1' }, 'url=url', 'URL of http or https'],
    [{ url: 'x', h: 'abc' }, 'url=url,sha256=h', 'sha256 must have 64 digits'],
    [{}, 'url=constructor.name', 'found nothing'],
    [[], 'url=length', 'found nothing'],
  ])('that are not what they must be are an error: %j by %s', async (value, fields, message) => {
    await expect(resolve(value, fields)).rejects.toMatchObject({
      reason: 'unexpected-shape',
      message: expect.stringContaining(message),
    });
  });

  test.each(['', 'url', 'url=', 'version=v', 'href=url', 'url=a,,version=b'])('are not named by %j', (text) => {
    expect(() => parseFieldMapping(text)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  test('are named by any text or not at all', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(parseFieldMapping(`url=${text}`).has('url')).toBe(true);
        } catch (error) {
          expect(isAppImageError(error)).toBe(true);
        }
      }),
    );
  });
});
