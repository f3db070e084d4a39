import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  describeUpdateInformation,
  formatUpdateSource,
  parseUpdateInformation,
  serializeUpdateInformation,
  type UpdateInformation,
  type UpdateSource,
} from '../../src/update-information/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** Every transport with a line in its usual form, its fields and its description. */
const SOURCES: readonly (readonly [string, UpdateSource, string])[] = [
  [
    'zsync|https://example.org/App-latest.AppImage.zsync',
    { transport: 'zsync', url: 'https://example.org/App-latest.AppImage.zsync' },
    'zsync, https://example.org/App-latest.AppImage.zsync',
  ],
  [
    'zsync|https://gitlab.com/o/r/-/jobs/artifacts/main/raw/App.AppImage.zsync?job=x',
    { transport: 'zsync', url: 'https://gitlab.com/o/r/-/jobs/artifacts/main/raw/App.AppImage.zsync?job=x' },
    'zsync, https://gitlab.com/o/r/-/jobs/artifacts/main/raw/App.AppImage.zsync?job=x',
  ],
  [
    'gh-releases-zsync|owner|repo|latest|App-*x86_64.AppImage.zsync',
    {
      transport: 'gh-releases-zsync',
      owner: 'owner',
      repository: 'repo',
      tag: 'latest',
      file: 'App-*x86_64.AppImage.zsync',
    },
    'GitHub releases of owner/repo, latest, file App-*x86_64.AppImage.zsync',
  ],
  [
    'gh-releases-direct|owner|repo|continuous|App-*.AppImage',
    { transport: 'gh-releases-direct', owner: 'owner', repository: 'repo', tag: 'continuous', file: 'App-*.AppImage' },
    'GitHub releases of owner/repo, tag continuous, file App-*.AppImage',
  ],
  [
    'cb-releases-zsync|owner|repo|latest-pre|*.zsync',
    { transport: 'cb-releases-zsync', owner: 'owner', repository: 'repo', tag: 'latest-pre', file: '*.zsync' },
    'Codeberg releases of owner/repo, latest pre-release, file *.zsync',
  ],
  [
    'gitea-releases-zsync|git.example.org|owner|repo|latest-all|*.zsync',
    {
      transport: 'gitea-releases-zsync',
      instance: 'git.example.org',
      owner: 'owner',
      repository: 'repo',
      tag: 'latest-all',
      file: '*.zsync',
    },
    'git.example.org releases of owner/repo, latest, pre-releases included, file *.zsync',
  ],
  [
    'forgejo-releases-zsync|git.example.org|owner|repo|v1|*.zsync',
    {
      transport: 'forgejo-releases-zsync',
      instance: 'git.example.org',
      owner: 'owner',
      repository: 'repo',
      tag: 'v1',
      file: '*.zsync',
    },
    'git.example.org releases of owner/repo, tag v1, file *.zsync',
  ],
  [
    'gl-releases-zsync|group/sub|repo|latest|*.zsync',
    { transport: 'gl-releases-zsync', host: 'gitlab.com', project: 'group/sub/repo', tag: 'latest', file: '*.zsync' },
    'GitLab releases of group/sub/repo, latest, file *.zsync',
  ],
  [
    'gitlab-releases-zsync|owner|repo|latest|*.zsync',
    { transport: 'gitlab-releases-zsync', host: 'gitlab.com', project: 'owner/repo', tag: 'latest', file: '*.zsync' },
    'GitLab releases of owner/repo, latest, file *.zsync',
  ],
  [
    'pling-v1-zsync|1623134|*-stable-x86_64.AppImage',
    { transport: 'pling-v1-zsync', product: '1623134', file: '*-stable-x86_64.AppImage' },
    'Pling, product 1623134, file *-stable-x86_64.AppImage',
  ],
  [
    'ocs-v1-appimagehub-zsync|www.appimagehub.com/ocs/v1|123|*.AppImage',
    { transport: 'ocs-v1-appimagehub-zsync', api: 'www.appimagehub.com/ocs/v1', product: '123', file: '*.AppImage' },
    'www.appimagehub.com/ocs/v1, product 123, file *.AppImage',
  ],
  [
    'ocs-v1-appimagehub-direct|www.appimagehub.com/ocs/v1|123|*.AppImage',
    { transport: 'ocs-v1-appimagehub-direct', api: 'www.appimagehub.com/ocs/v1', product: '123', file: '*.AppImage' },
    'www.appimagehub.com/ocs/v1, product 123, file *.AppImage',
  ],
  [
    'gh-linux-yml|owner|repo',
    { transport: 'gh-linux-yml', owner: 'owner', repository: 'repo' },
    'GitHub releases of owner/repo, latest, as latest-linux.yml says',
  ],
  [
    'direct-link|https://example.org/App.AppImage',
    { transport: 'direct-link', url: 'https://example.org/App.AppImage' },
    'download of https://example.org/App.AppImage',
  ],
  ['appimage-feed|https://a/f', { transport: 'appimage-feed', url: 'https://a/f' }, 'feed, https://a/f'],
  [
    'json-fields|https://example.org/latest?on=linux|version=version,url=/files/0/url',
    {
      transport: 'json-fields',
      url: 'https://example.org/latest?on=linux',
      fields: 'version=version,url=/files/0/url',
    },
    'JSON document, https://example.org/latest?on=linux',
  ],
];

describe('update information', () => {
  test.each(SOURCES)('%s is parsed, described and written back', (raw, source, description) => {
    const parsed = parseUpdateInformation(bytes(`${raw}\0\0\0`)) as UpdateInformation;
    expect(parsed).toEqual({ raw, transport: source.transport, source, problems: [] });
    expect(describeUpdateInformation(parsed)).toBe(description);
    expect(formatUpdateSource(source)).toBe(raw);
    expect(parseUpdateInformation(serializeUpdateInformation(raw))).toEqual(parsed);
    expect(parseUpdateInformation(raw)).toEqual(parsed);
  });

  test('of Bintray is parsed with the word that it has closed', () => {
    const raw = 'bintray-zsync|owner|repo|package|App-_latestVersion-x86_64.AppImage.zsync';
    const source = {
      transport: 'bintray-zsync',
      owner: 'owner',
      repository: 'repo',
      package: 'package',
      file: 'App-_latestVersion-x86_64.AppImage.zsync',
    } as const;
    const parsed = parseUpdateInformation(raw) as UpdateInformation;
    expect(parsed).toMatchObject({ raw, source, problems: [{ code: 'closed-service' }] });
    expect(describeUpdateInformation(parsed)).toBe(
      'Bintray, package owner/repo/package, file App-_latestVersion-x86_64.AppImage.zsync',
    );
    expect(formatUpdateSource(source)).toBe(raw);
  });

  test('of GitLab has a host where the first field has a dot, and says that others read it otherwise', () => {
    const raw = 'gl-releases-zsync|git.example.org|group/sub/app|latest|*.zsync';
    const parsed = parseUpdateInformation(raw) as UpdateInformation;
    expect(parsed.source).toEqual({
      transport: 'gl-releases-zsync',
      host: 'git.example.org',
      project: 'group/sub/app',
      tag: 'latest',
      file: '*.zsync',
    });
    expect(parsed.problems).toEqual([
      { code: 'two-readings', message: '"git.example.org" is read as a host; some updaters take it for an owner' },
    ]);
    expect(describeUpdateInformation(parsed)).toBe('git.example.org releases of group/sub/app, latest, file *.zsync');
    expect(formatUpdateSource(parsed.source as UpdateSource)).toBe(raw);
  });

  test('of GitLab may lack a tag, which is the latest then', () => {
    expect(parseUpdateInformation('gitlab-releases-zsync|group/project|App*.zsync')?.source).toEqual({
      transport: 'gitlab-releases-zsync',
      host: 'gitlab.com',
      project: 'group/project',
      tag: 'latest',
      file: 'App*.zsync',
    });
  });

  test('names a host where an owner on GitLab could be taken for one', () => {
    const source = {
      transport: 'gl-releases-zsync',
      host: 'gitlab.com',
      project: 'my.group/app',
      tag: 'v1',
      file: '*.zsync',
    } as const;
    const raw = 'gl-releases-zsync|gitlab.com|my.group/app|v1|*.zsync';
    expect(formatUpdateSource(source)).toBe(raw);
    expect(parseUpdateInformation(raw)?.source).toEqual(source);
  });

  test('behind a superfluous "zsync|" is found nevertheless', () => {
    const parsed = parseUpdateInformation(
      'zsync|gh-releases-direct|owner|repo|latest|App-*.AppImage',
    ) as UpdateInformation;
    expect(parsed).toMatchObject({
      transport: 'zsync',
      source: { transport: 'gh-releases-direct', owner: 'owner' },
      problems: [
        { code: 'nested-transport', message: '"zsync|" must not stand before the transport gh-releases-direct' },
      ],
    });
    expect(describeUpdateInformation(parsed)).toBe('GitHub releases of owner/repo, latest, file App-*.AppImage');
  });

  test.each([
    ['odd', 'odd', 'unknown-transport', 'odd (transport "odd" is not known)'],
    ['feed-v1|https://x', 'feed-v1', 'unknown-transport', 'feed-v1|https://x (transport "feed-v1" is not known)'],
    ['|x', '', 'unknown-transport', '|x (transport "" is not known)'],
    ['toString|x', 'toString', 'unknown-transport', 'toString|x (transport "toString" is not known)'],
    ['__proto__|x', '__proto__', 'unknown-transport', '__proto__|x (transport "__proto__" is not known)'],
    [
      'gh-releases-zsync|owner|repo|latest',
      'gh-releases-zsync',
      'field-count',
      'gh-releases-zsync|owner|repo|latest (expected the fields gh-releases-zsync|owner|repository|tag|file, found 3 behind the transport)',
    ],
    [
      'zsync|https://a|b',
      'zsync',
      'field-count',
      'zsync|https://a|b (expected the fields zsync|url, found 2 behind the transport)',
    ],
    ['zsync', 'zsync', 'field-count', 'zsync (expected the fields zsync|url, found 0 behind the transport)'],
    [
      'zsync|zsync|https://a',
      'zsync',
      'field-count',
      'zsync|zsync|https://a (expected the fields zsync|url, found 2 behind the transport)',
    ],
    [
      'gl-releases-zsync|a/b|latest|c',
      'gl-releases-zsync',
      'field-count',
      expect.stringContaining('gl-releases-zsync|owner|repository|tag|file'),
    ],
    [
      'gitlab-releases-zsync|a',
      'gitlab-releases-zsync',
      'field-count',
      expect.stringContaining('gitlab-releases-zsync|project|file or gitlab-'),
    ],
    [
      'gh-releases-zsync|owner||latest|x.zsync',
      'gh-releases-zsync',
      'empty-field',
      expect.stringContaining('fields of gh-releases-zsync must not be empty'),
    ],
  ])('%s is kept and shown, with the reason why it can not be used', (raw, transport, code, description) => {
    const parsed = parseUpdateInformation(raw) as UpdateInformation;
    expect(parsed).toMatchObject({ raw, transport, source: null, problems: [{ code }] });
    expect(describeUpdateInformation(parsed)).toEqual(description);
  });

  test.each([
    ['zsync|App.AppImage.zsync', 'not-a-url'],
    ['zsync|ftp://example.org/x.zsync', 'not-a-url'],
    ['direct-link|App.AppImage', 'not-a-url'],
    ['gh-releases-zsync|owner|repo|latest|App-*.AppImage', 'not-a-zsync-file'],
  ])('%s is parsed, with a problem', (raw, code) => {
    const parsed = parseUpdateInformation(raw);
    expect(parsed?.source).not.toBeNull();
    expect(parsed?.problems).toMatchObject([{ code }]);
  });

  test.each([
    ['nothing', ''],
    ['zeros', '\0\0\0\0'],
    ['blanks', ' \n\0rest'],
  ])('of %s is none', (_, content) => {
    expect(parseUpdateInformation(bytes(content))).toBeUndefined();
  });

  test.each([
    ['a line end', 'zsync|https://a/b\n\0\0', []],
    ['blanks', ' zsync|https://a/b \0', []],
    ['the end of the section', 'zsync|https://a/b', []],
    ['what was there before', 'zsync|https://a/b\0sync|c', [{ code: 'more-text' }]],
    ['a second line', 'zsync|https://a/b\r\nzsync|c\0', [{ code: 'more-text' }]],
  ])('ends before %s', (_, content, problems) => {
    const parsed = parseUpdateInformation(bytes(content));
    expect(parsed?.raw).toBe('zsync|https://a/b');
    expect(parsed?.problems).toMatchObject(problems);
  });

  test('of any bytes is parsed and described', () => {
    const field = fc.oneof(fc.string(), fc.constantFrom(...SOURCES.map(([, { transport }]) => transport), 'a.b', ''));
    const line = fc.array(field, { maxLength: 8 }).map((fields) => bytes(fields.join('|')));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), line), (section) => {
        const parsed = parseUpdateInformation(section);
        if (parsed === undefined) return;
        expect(parsed.raw.startsWith(parsed.transport)).toBe(true);
        expect(describeUpdateInformation(parsed)).not.toBe('');
        expect(parsed.source === null && parsed.problems.length === 0).toBe(false);
      }),
    );
  });

  test('of 64 KiB of fields is parsed at once', () => {
    expect(parseUpdateInformation('zsync|'.repeat(10_000))).toMatchObject({
      source: null,
      problems: [{ code: 'field-count' }],
    });
  });
});
