import type { UpdateSource } from '@appimage-js/format';
import { describe, expect, test } from 'vitest';
import { resolveUpdate } from '../../src/resolve/index.ts';
import { testClient } from '../servers/http-client.ts';
import { type FakeProductFile, fakeOcs } from '../servers/ocs.ts';

const FILES: readonly FakeProductFile[] = [
  { name: 'App-1.1-x86_64.AppImage', url: 'https://files.example.org/a/s/1/App-1.1-x86_64.AppImage?sig=1&exp=2' },
  { name: 'App-1.2-x86_64.AppImage', url: 'https://files.example.org/b/App-1.2-x86_64.AppImage?sig=1&exp=2' },
  { name: 'App-1.2-arm64.AppImage', url: 'https://files.example.org/c/App-1.2-arm64.AppImage' },
  { name: 'App-1.2.deb', url: 'https://files.example.org/d/App-1.2.deb' },
];

const SOURCES: readonly (readonly [UpdateSource, string])[] = [
  [{ transport: 'pling-v1-zsync', product: '123', file: 'App-*.AppImage' }, '/ocs/v1'],
  [
    { transport: 'ocs-v1-appimagehub-zsync', api: 'hub.example.org/ocs/v1', product: '123', file: 'App-*.AppImage' },
    '/ocs/v1',
  ],
  [
    { transport: 'ocs-v1-appimagehub-direct', api: 'hub.example.org/x/v1', product: '123', file: 'App-*.AppImage' },
    '/x/v1',
  ],
];

describe.each(SOURCES)('a product by $transport', (source, path) => {
  const ask = (url: string, changed: Partial<typeof source> = {}, architecture = 'x86_64') => {
    const apiBases = { pling: `${url}/ocs/v1`, hosts: { 'hub.example.org': url } };
    return resolveUpdate({ ...source, ...changed } as UpdateSource, { http: testClient(), apiBases, architecture });
  };

  test('gives the last file by name, with the addresses of image and control file', async () => {
    await using server = await fakeOcs(FILES, { path });
    const { image, alternatives } = await ask(server.url);
    expect(image).toMatchObject({
      name: 'App-1.2-x86_64.AppImage',
      version: '1.2',
      imageUrls: ['https://files.example.org/b/App-1.2-x86_64.AppImage?sig=1&exp=2'],
      publishedAt: new Date('2026-02-01T10:00:00Z'),
      notesUrl: 'https://www.pling.com/p/123',
      size: undefined,
    });
    expect(image.controlFileUrls).toEqual(
      source.transport.endsWith('-direct')
        ? []
        : ['https://files.example.org/b/App-1.2-x86_64.AppImage.zsync?sig=1&exp=2'],
    );
    expect(alternatives).toEqual(['App-1.1-x86_64.AppImage']);
  });

  test('takes the architecture that the server says before that of the name', async () => {
    const files = FILES.map((file) => ({ ...file, architecture: file.name.includes('1.1') ? 'arm64' : 'x86-64' }));
    await using server = await fakeOcs(files, { path });
    expect((await ask(server.url, {}, 'aarch64')).image.name).toBe('App-1.1-x86_64.AppImage');
  });

  test('is an error where there is no such product, and where nothing matches', async () => {
    await using server = await fakeOcs(FILES, { path });
    await expect(ask(server.url, { product: '124' })).rejects.toMatchObject({
      code: 'not-found',
      reason: 'no-release',
    });
    await expect(ask(server.url, { file: 'Other*' })).rejects.toMatchObject({ code: 'not-found', reason: 'no-match' });
    await expect(ask(server.url, {}, 'i686')).rejects.toMatchObject({ reason: 'wrong-architecture' });
  });

  test('of which no file has an address of the web has no files', async () => {
    await using server = await fakeOcs([{ name: 'App-1.AppImage', url: 'javascript:alert(1)' }], { path });
    await expect(ask(server.url)).rejects.toMatchObject({ reason: 'no-match' });
  });
});
