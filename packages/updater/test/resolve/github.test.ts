import { createHash } from 'node:crypto';
import type { ForgeSource } from '@appimage-js/format';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ResolvedUpdate, type ResolveOptions, resolveUpdate } from '../../src/resolve/index.ts';
import { type FakeGitHub, type FakeRelease, fakeGitHub } from '../servers/github.ts';
import { testClient } from '../servers/http-client.ts';

const APP = 'App-*x86_64.AppImage.zsync';

async function github(releases: readonly FakeRelease[], options = {}): Promise<FakeGitHub> {
  const server = await fakeGitHub(releases, options);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

function resolve(server: FakeGitHub, source: Partial<ForgeSource> = {}, options: Partial<ResolveOptions> = {}) {
  const whole: ForgeSource = {
    transport: 'gh-releases-zsync',
    owner: 'owner',
    repository: 'repo',
    tag: 'latest',
    file: APP,
    ...source,
  };
  const apiBases = { github: server.api, githubWeb: server.api };
  return resolveUpdate(whole, { http: testClient(), apiBases, architecture: 'x86_64', ...options });
}

/** The files of a release as most publishers have them. */
function files(version: string, architectures = ['x86_64', 'aarch64']) {
  const names = architectures.map((architecture) => `App-${version}-${architecture}.AppImage`);
  return Object.fromEntries(
    names.flatMap((name) => [
      [name, `image ${name}`],
      [`${name}.zsync`, `control ${name}`],
    ]),
  );
}

const versionOf = async (resolved: Promise<ResolvedUpdate>) => (await resolved).image.version;

describe('GitHub releases', () => {
  test('say everything of the newest version that the API knows', async () => {
    const server = await github([{ tag: 'v1.2', files: files('1.2') }]);
    const { image, alternatives, remarks, unchanged } = await resolve(server);
    const downloads = `${server.api}/owner/repo/releases/download/v1.2`;
    expect(image).toEqual({
      name: 'App-1.2-x86_64.AppImage',
      version: 'v1.2',
      architecture: 'x86_64',
      imageUrls: [`${downloads}/App-1.2-x86_64.AppImage`],
      controlFileUrls: [`${downloads}/App-1.2-x86_64.AppImage.zsync`],
      size: 29,
      sha256: createHash('sha256').update('image App-1.2-x86_64.AppImage').digest('hex'),
      sha512: undefined,
      publishedAt: new Date('2026-01-02T03:04:06Z'),
      notesUrl: `${server.api}/owner/repo/releases/tag/v1.2`,
    });
    expect({ alternatives, remarks, unchanged }).toEqual({ alternatives: [], remarks: [], unchanged: false });
    expect(server.requests[0]?.headers).toMatchObject({
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      'user-agent': 'appimage-js',
    });
  });

  test('are told apart by the tag: without pre-releases, only those, either, or one by name', async () => {
    const server = await github([
      { tag: 'v3.0', draft: true, files: files('3.0') },
      { tag: 'v2.0-rc', prerelease: true, files: files('2.0-rc') },
      { tag: 'v1.1', files: files('1.1') },
      { tag: 'nightly/1', prerelease: true, files: files('1.0.1') },
      { tag: 'v1.0', files: files('1.0') },
    ]);
    expect(await versionOf(resolve(server, { tag: 'latest' }))).toBe('v1.1');
    expect(await versionOf(resolve(server, { tag: 'latest-pre' }))).toBe('v2.0-rc');
    expect(await versionOf(resolve(server, { tag: 'latest-all' }))).toBe('v2.0-rc');
    expect(await versionOf(resolve(server, { tag: 'v1.0' }))).toBe('v1.0');
    expect(await versionOf(resolve(server, { tag: 'nightly/1' }))).toBe('nightly/1');
    expect(await versionOf(resolve(server, { tag: 'nightly*' }))).toBe('nightly/1');
  });

  test('are looked for beyond the first page', async () => {
    const many = Array.from({ length: 75 }, (_, number) => ({ tag: `v${100 - number}`, files: files('1') }));
    const server = await github([...many, { tag: 'v0-rc', prerelease: true, files: files('0') }]);
    expect(await versionOf(resolve(server, { tag: 'latest-pre' }))).toBe('v0-rc');
    expect(server.requests).toHaveLength(3);
  });

  test('of several files that match give the last by name, and tell the others', async () => {
    const server = await github([
      { tag: 'v2', files: { ...files('1.0', ['x86_64']), ...files('1.2', ['x86_64']), ...files('1.1', ['x86_64']) } },
    ]);
    const { image, alternatives } = await resolve(server);
    expect(image.name).toBe('App-1.2-x86_64.AppImage');
    expect(alternatives).toEqual(['App-1.1-x86_64.AppImage.zsync', 'App-1.0-x86_64.AppImage.zsync']);
  });

  test('never give a file for another machine, however it sorts', async () => {
    const server = await github([{ tag: 'v1', files: files('1.0', ['aarch64', 'x86_64', 'zzz-arm64']) }]);
    const any = { file: 'App-*.AppImage.zsync' };
    const x86 = await resolve(server, any);
    expect(x86.image.name).toBe('App-1.0-x86_64.AppImage');
    expect(x86.alternatives).toEqual([]);
    const arm = await resolve(server, any, { architecture: 'aarch64' });
    expect(arm.image.name).toBe('App-1.0-zzz-arm64.AppImage');
    await expect(resolve(server, any, { architecture: 'riscv64' })).rejects.toMatchObject({
      code: 'unsupported',
      reason: 'wrong-architecture',
      message: expect.stringContaining('must have a file for riscv64, found App-1.0-aarch64'),
    });
  });

  test('give the file that names the machine before one that names none', async () => {
    const server = await github([
      { tag: 'v1', files: { 'App.AppImage': 'a', 'App.AppImage.zsync': 'b', ...files('1.0') } },
    ]);
    const { image, alternatives } = await resolve(server, { file: 'App*.AppImage.zsync' });
    expect(image.name).toBe('App-1.0-x86_64.AppImage');
    expect(alternatives).toEqual(['App.AppImage.zsync']);
    const unnamed = await resolve(server, { file: 'App*.AppImage.zsync' }, { architecture: 'riscv64' });
    expect(unnamed.image.name).toBe('App.AppImage');
  });

  test('without the control file give the image as a whole, and say so', async () => {
    const server = await github([{ tag: 'v1', files: { 'App-1-x86_64.AppImage': 'image' } }]);
    const { image, remarks } = await resolve(server);
    expect(image).toMatchObject({ name: 'App-1-x86_64.AppImage', controlFileUrls: [], size: 5 });
    expect(remarks).toEqual([
      `release v1 has no control file ${APP}, so App-1-x86_64.AppImage is downloaded as a whole`,
    ]);
  });

  test('whose image was renamed after the control file was made give the one that it must be', async () => {
    const renamed = { 'App-1-x86_64.AppImage.zsync': 'control', 'App_v1_x86_64.AppImage': 'image' };
    const server = await github([{ tag: 'v1', files: renamed }]);
    const { image, remarks } = await resolve(server);
    expect(image.imageUrls).toEqual([`${server.api}/owner/repo/releases/download/v1/App_v1_x86_64.AppImage`]);
    expect(remarks).toEqual([expect.stringContaining('App_v1_x86_64.AppImage is tried')]);

    server.releases = [{ tag: 'v1', files: { ...renamed, 'Other.AppImage': 'other' } }];
    const unclear = await resolve(server);
    expect(unclear.image.imageUrls).toEqual([]);
    expect(unclear.remarks).toEqual([expect.stringContaining('the control file must say where it is')]);
  });

  test('give the image alone where nobody wants a control file', async () => {
    const server = await github([{ tag: 'v1', files: files('1') }]);
    const direct = { transport: 'gh-releases-direct', file: 'App-*.AppImage' } as const;
    const { image } = await resolve(server, direct);
    expect(image).toMatchObject({ name: 'App-1-x86_64.AppImage', controlFileUrls: [] });
  });

  test.each([
    ['a file that is not there', { file: 'Other-*.zsync' }, 'no-match', 'must have a file Other-*.zsync, found App-1'],
    ['a tag that is not there', { tag: 'v9' }, 'no-release', 'no release with the tag v9'],
    ['a draft', { tag: 'v2' }, 'no-release', 'no release with the tag v2'],
    ['a project that is not there', { repository: 'none' }, 'no-release', 'or the project is not public'],
    ['a list of none', { repository: 'none', tag: 'latest-all' }, 'no-release', 'no such project'],
    ['a pre-release that is not there', { tag: 'latest-pre' }, 'no-release', 'found none among 2 releases'],
    ['a tag like none', { tag: 'x*' }, 'no-release', 'tag like x*'],
  ])('do not give %s', async (_, source, reason, message) => {
    const server = await github([
      { tag: 'v2', draft: true, files: files('2') },
      { tag: 'v1', files: files('1') },
    ]);
    await expect(resolve(server, source)).rejects.toMatchObject({
      code: 'not-found',
      reason,
      message: expect.stringContaining(message),
    });
  });

  test('are asked by entity tag the second time', async () => {
    const http = testClient({ cacheFolder: temporaryFolder() });
    const server = await github([{ tag: 'v1', files: files('1') }]);
    await resolve(server, {}, { http });
    expect(await versionOf(resolve(server, {}, { http }))).toBe('v1');
    expect(server.requests[1]?.headers['if-none-match']).toMatch(/^W\//);
    server.releases = [{ tag: 'v2', files: files('2') }];
    expect(await versionOf(resolve(server, {}, { http }))).toBe('v2');
  });
});

describe('GitHub beyond its limit', () => {
  const named = 'App-x86_64.AppImage.zsync';
  const release = { tag: 'v1.5', files: { 'App-x86_64.AppImage': 'image', [named]: 'control' } };

  test.each(['primary', 'secondary'] as const)('is asked by its pages for a name (%s limit)', async (limit) => {
    const server = await github([release]);
    server.limit = limit;
    const { image, remarks } = await resolve(server, { file: named });
    const downloads = `${server.api}/owner/repo/releases/download/v1.5`;
    expect(image).toMatchObject({
      name: 'App-x86_64.AppImage',
      version: 'v1.5',
      imageUrls: [`${downloads}/App-x86_64.AppImage`],
      controlFileUrls: [`${downloads}/${named}`],
    });
    expect(remarks).toEqual([expect.stringContaining('asked less often')]);
  });

  test('is asked by its pages where a star stands for the version', async () => {
    const server = await github([{ tag: 'v1.5', files: files('1.5', ['x86_64']) }]);
    server.limit = 'primary';
    for (const file of ['App-*-x86_64.AppImage.zsync', 'App-*x86_64.AppImage.zsync']) {
      const { image } = await resolve(server, { file });
      expect(image.name).toBe('App-1.5-x86_64.AppImage');
    }
  });

  test('gives the image as a whole where its pages have no control file', async () => {
    const server = await github([{ tag: 'v1.5', files: { 'App-x86_64.AppImage': 'image' } }]);
    server.limit = 'primary';
    const { image, remarks } = await resolve(server, { file: named });
    expect(image).toMatchObject({ name: 'App-x86_64.AppImage', controlFileUrls: [] });
    expect(remarks).toHaveLength(2);
  });

  test.each([
    ['pre-releases', { tag: 'latest-pre' }],
    ['a pattern that says too little', { file: '*-*.zsync' }],
    ['a name that is not there', { file: 'Other.zsync' }],
  ])('is an error that says when and how to go on, for %s', async (_, source) => {
    const server = await github([release]);
    server.limit = 'primary';
    const error: unknown = await resolve(server, { file: named, ...source }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'io', reason: 'rate-limited', status: 403 });
    expect((error as { retryAfter: number }).retryAfter).toBeGreaterThan(1700);
    expect(String(error)).toMatch(/a token of that host raises the limit/);
  });
});

describe('tokens of GitHub', () => {
  test('go to the API, and not to where the files are', async () => {
    const server = await github([{ tag: 'v1', files: files('1') }]);
    const http = testClient({ tokens: { [server.host]: 'secret-token' } });
    const { image } = await resolve(server, {}, { http });
    expect(server.requests[0]?.headers.authorization).toBe('Bearer secret-token');
    const [download = '', api = ''] = image.imageUrls;
    expect(download).toMatch(/releases\/download/);
    expect(api).toMatch(/releases\/assets\/\d+$/);
    const response = await http.get(api);
    let text = '';
    for await (const piece of response.body) text += Buffer.from(piece).toString();
    expect(text).toBe('image App-1-x86_64.AppImage');
    expect(server.storageRequests[0]?.headers.authorization).toBeUndefined();
  });
});

describe('asking again', () => {
  test('gives new addresses of the same file', async () => {
    const server = await github([{ tag: 'v1', files: files('1') }]);
    const resolved = await resolve(server);
    expect(await resolved.refresh()).toEqual(resolved.image);
  });

  test('does not give another file', async () => {
    const server = await github([{ tag: 'v1', files: files('1') }]);
    const resolved = await resolve(server);
    server.releases = [{ tag: 'v2', files: files('2') }];
    await expect(resolved.refresh()).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('start over'),
    });
  });
});
