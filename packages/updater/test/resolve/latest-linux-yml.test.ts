import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { resolveUpdate } from '../../src/resolve/index.ts';
import { type FakeRelease, fakeGitHub } from '../servers/github.ts';
import { testClient } from '../servers/http-client.ts';

const SHA512 = createHash('sha512').update('image').digest();

/** As electron-builder 26 writes it. */
const MANIFEST = `version: 1.10
files:
  - url: app_1.10_amd64.deb
    sha512: ${SHA512.toString('base64')}
    size: 7
  - url: App Name-1.10.AppImage
    sha512: ${SHA512.toString('base64')}
    size: 5
    blockMapSize: 3
path: App Name-1.10.AppImage
sha512: ${SHA512.toString('base64')}
releaseDate: '2026-01-02T03:04:05.678Z'
`;

async function resolve(files: FakeRelease['files'], architecture?: string) {
  await using server = await fakeGitHub([
    { tag: 'v2-beta', prerelease: true, files: {} },
    { tag: 'v1.10', files },
  ]);
  const apiBases = { github: 'http://127.0.0.1:1', githubWeb: server.api };
  const source = { transport: 'gh-linux-yml', owner: 'owner', repository: 'repo' } as const;
  const { image } = await resolveUpdate(source, { http: testClient(), apiBases, architecture });
  return { ...image, imageUrls: image.imageUrls.map((url) => url.replace(server.api, '')) };
}

describe('the manifest of electron-builder', () => {
  test('gives the AppImage among its files, without the API', async () => {
    expect(await resolve({ 'latest-linux.yml': MANIFEST })).toEqual({
      name: 'App-Name-1.10.AppImage',
      version: '1.10',
      architecture: 'x86_64',
      imageUrls: ['/owner/repo/releases/download/v1.10/App-Name-1.10.AppImage'],
      controlFileUrls: [],
      size: 5,
      sha256: undefined,
      sha512: SHA512.toString('hex'),
      publishedAt: new Date('2026-01-02T03:04:05.678Z'),
      notesUrl: undefined,
    });
  });

  test('has a name of its own for every other machine', async () => {
    const arm = MANIFEST.replaceAll('App Name-1.10', 'App Name-1.10-arm64');
    const files = { 'latest-linux.yml': MANIFEST, 'latest-linux-arm64.yml': arm };
    expect(await resolve(files, 'aarch64')).toMatchObject({ name: 'App-Name-1.10-arm64.AppImage' });
    await expect(resolve({ 'latest-linux.yml': arm })).rejects.toMatchObject({ reason: 'wrong-architecture' });
  });

  test.each([
    ['nothing', '', 'empty-answer'],
    ['no YAML', 'a: [', 'unexpected-shape'],
    ['a list', '- a', 'unexpected-shape'],
    ['no AppImage', 'version: 1\nfiles:\n  - url: a.deb\n', 'no-match'],
    ['an alias', 'files: &a [x]\nb: *a\n', 'unexpected-shape'],
  ])('is an error with %s in it', async (_, content, reason) => {
    await expect(resolve({ 'latest-linux.yml': content })).rejects.toMatchObject({ reason });
  });

  test('is an error where it is missing', async () => {
    await expect(resolve({})).rejects.toMatchObject({ code: 'not-found' });
  });
});
