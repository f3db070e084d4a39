import { parseUpdateInformation, type UpdateInformation } from '@appimage-js/format';
import { describe, expect, test } from 'vitest';
import { type ResolveOptions, resolveUpdate } from '../../src/resolve/index.ts';
import { fakeGitea, fakeGitLab } from '../servers/forges.ts';
import { testClient } from '../servers/http-client.ts';

const FILES = {
  'App-x86_64.AppImage': 'image',
  'App-x86_64.AppImage.zsync': 'control',
  'App-arm64.AppImage.zsync': 'other',
};

function resolve(text: string, hosts: Readonly<Record<string, string>>, options: Partial<ResolveOptions> = {}) {
  const information = parseUpdateInformation(text) as UpdateInformation;
  return resolveUpdate(information, { http: testClient(), apiBases: { hosts }, architecture: 'x86_64', ...options });
}

describe.each([
  ['cb-releases-zsync', 'codeberg.org', 'cb-releases-zsync|owner|repo'],
  ['gitea-releases-zsync', 'git.example.org', 'gitea-releases-zsync|git.example.org|owner|repo'],
  ['forgejo-releases-zsync', 'git.example.org:3000', 'forgejo-releases-zsync|https://git.example.org:3000/|owner|repo'],
])('%s', (_, host, prefix) => {
  test('gives releases by all kinds of tags, pages included', async () => {
    const older = Array.from({ length: 40 }, (__, number) => ({ tag: `v0.${number}`, files: FILES }));
    const rc = { tag: 'v2-rc', prerelease: true, files: FILES };
    const draft = { tag: 'v3', draft: true, files: FILES };
    await using server = await fakeGitea([draft, { tag: 'v1', files: FILES }, ...older, rc]);
    const hosts = { [host]: server.url };
    const { image } = await resolve(`${prefix}|latest|App-*.AppImage.zsync`, hosts);
    expect(image).toMatchObject({
      version: 'v1',
      imageUrls: [`${server.url}/owner/repo/releases/download/v1/App-x86_64.AppImage`],
      controlFileUrls: [`${server.url}/owner/repo/releases/download/v1/App-x86_64.AppImage.zsync`],
      size: 5,
    });
    const versionOf = async (tag: string) => (await resolve(`${prefix}|${tag}|App-*.zsync`, hosts)).image.version;
    expect(await versionOf('latest-pre')).toBe('v2-rc');
    expect(await versionOf('latest-all')).toBe('v1');
    expect(await versionOf('v0.7')).toBe('v0.7');
    await expect(resolve(`${prefix}|v9|App-*.zsync`, hosts)).rejects.toMatchObject({ reason: 'no-release' });
  });
});

describe('GitLab releases', () => {
  test.each([
    ['gl-releases-zsync|owner|repo|latest|App-*.zsync', 'gitlab.com', 'owner/repo'],
    ['gl-releases-zsync|git.example.org|group/sub/repo|latest|App-*.zsync', 'git.example.org', 'group/sub/repo'],
    ['gitlab-releases-zsync|group/repo|App-*.zsync', 'gitlab.com', 'group/repo'],
    ['gitlab-releases-zsync|owner|repo|v2|App-*.zsync', 'gitlab.com', 'owner/repo'],
  ])('by %s', async (text, host, project) => {
    const releases = [
      { tag: 'v3', upcoming: true, files: FILES },
      { tag: 'v2', files: FILES },
      { tag: 'v1', files: FILES },
    ];
    await using server = await fakeGitLab(releases, { project });
    const { image, remarks } = await resolve(text, { [host]: server.url });
    expect(image).toMatchObject({ name: 'App-x86_64.AppImage', version: 'v2' });
    expect(image.controlFileUrls).toEqual([
      `${server.url}/${project}/-/releases/v2/downloads/App-x86_64.AppImage.zsync`,
      `${server.url}/api/v4/projects/7/packages/generic/app/v2/App-x86_64.AppImage.zsync`,
    ]);
    expect(remarks.length).toBe(host === 'git.example.org' ? 1 : 0);
  });

  test('are found by the names of their files where links are named for people', async () => {
    await using server = await fakeGitLab([{ tag: 'v1', files: { 'NAMED App-x86_64.AppImage.zsync': '' } }]);
    const { image } = await resolve('gl-releases-zsync|owner|repo|latest|App-*.zsync', { 'gitlab.com': server.url });
    expect(image.name).toBe('App-x86_64.AppImage');
  });

  test('skip what is not out yet, over pages, and know no pre-releases', async () => {
    const upcoming = Array.from({ length: 35 }, (_, number) => ({ tag: `u${number}`, upcoming: true, files: FILES }));
    await using server = await fakeGitLab([...upcoming, { tag: 'v1', files: FILES }]);
    const hosts = { 'gitlab.com': server.url };
    const { image } = await resolve('gl-releases-zsync|owner|repo|latest-all|App-*.zsync', hosts);
    expect(image.version).toBe('v1');
    await expect(resolve('gl-releases-zsync|owner|repo|latest-pre|*.zsync', hosts)).rejects.toMatchObject({
      reason: 'no-release',
      message: expect.stringContaining('use latest'),
    });
    await expect(resolve('gl-releases-zsync|owner|none|latest|*.zsync', hosts)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
