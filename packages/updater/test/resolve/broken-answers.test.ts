import type { UpdateSource } from '@appimage-js/format';
import { describe, expect, test } from 'vitest';
import { resolveUpdate } from '../../src/resolve/index.ts';
import { testClient } from '../servers/http-client.ts';
import { startServer } from '../servers/test-server.ts';

const release = { owner: 'o', repository: 'r', file: '*.zsync' } as const;

/** A source of every kind that asks something before a byte of the image is fetched. */
const SOURCES: readonly UpdateSource[] = [
  { transport: 'gh-releases-zsync', tag: 'latest', ...release },
  { transport: 'gh-releases-zsync', tag: 'latest-all', ...release },
  { transport: 'gh-releases-direct', tag: 'v1', ...release },
  { transport: 'cb-releases-zsync', tag: 'latest', ...release },
  { transport: 'gitea-releases-zsync', instance: 'codeberg.org', tag: 'latest-pre', ...release },
  { transport: 'gl-releases-zsync', host: 'codeberg.org', project: 'o/r', tag: 'latest', file: '*.zsync' },
  { transport: 'gl-releases-zsync', host: 'codeberg.org', project: 'o/r', tag: 'latest-all', file: '*.zsync' },
  { transport: 'pling-v1-zsync', product: '1', file: '*' },
  { transport: 'ocs-v1-appimagehub-direct', api: 'codeberg.org/ocs/v1', product: '1', file: '*' },
  { transport: 'appimage-feed', url: 'BASE/feed.json' },
  { transport: 'json-fields', url: 'BASE/x', fields: 'url=url' },
];

const PAGE = '<!DOCTYPE html><html><body>Please log in</body></html>';

/** What a server may say instead of an answer, with the codes and the reasons that it must be told by. */
const ANSWERS: readonly (readonly [string, number, string, RegExp])[] = [
  ['an empty answer', 200, '', /^malformed empty-answer$/],
  ['blanks', 200, ' \n', /^malformed empty-answer$/],
  ['half an answer', 200, '{"tag_name": "v1", "assets": [', /^malformed (?:not-json|unexpected-shape)$/],
  ['a page for people', 200, PAGE, /^malformed (?:html-answer|not-json)$/],
  ['a text', 200, '"ok"', /^malformed unexpected-shape$/],
  ['null', 200, 'null', /^malformed unexpected-shape$/],
  ['a list of lists', 200, '[[]]', /^malformed unexpected-shape$/],
  ['fields of other kinds', 200, '{"tag_name": 1, "assets": {"a": 1}}', /^malformed unexpected-shape$/],
  ['401', 401, '{}', /^not-permitted refused$/],
  ['403', 403, '{}', /^not-permitted refused$/],
  ['404', 404, PAGE, /^not-found (?:gone|no-release)$/],
  ['429', 429, '{}', /^io rate-limited$/],
  ['500', 500, PAGE, /^io server$/],
  ['502', 502, '', /^io server$/],
];

describe.each(ANSWERS)('a source that answers with %s', (_, status, body, expected) => {
  test.each(SOURCES)('is never one without news: $transport $tag', async (source) => {
    await using server = await startServer((__, response) => void response.writeHead(status).end(body));
    const { url } = server;
    const apiBases = { github: url, githubWeb: url, pling: url, hosts: { 'codeberg.org': url } };
    const placed = 'url' in source ? { ...source, url: source.url.replace('BASE', url) } : source;
    const error: unknown = await resolveUpdate(placed, { http: testClient(), apiBases }).then(
      () => new Error('resolved'),
      (reason: unknown) => reason,
    );
    const { code, reason, message } = error as { code: string; reason: string; message: string };
    expect(`${code} ${reason}`).toMatch(expected);
    expect(message).toMatch(/^Cannot .+: ./s);
    expect(message).not.toMatch(/\.$/);
  });
});

describe('a source on a server', () => {
  test('that is not there, is silent, or never ends is an error', async () => {
    const source = SOURCES[0] as UpdateSource;
    const gone = await startServer(() => undefined);
    await gone[Symbol.asyncDispose]();
    const ask = (url: string, timeouts = {}) => {
      const http = testClient({ timeouts });
      return resolveUpdate(source, { http, apiBases: { github: url } });
    };
    await expect(ask(gone.url)).rejects.toMatchObject({ code: 'io', reason: 'connection' });
    await using silent = await startServer(() => undefined);
    await expect(ask(silent.url, { headers: 50 })).rejects.toMatchObject({ code: 'io', reason: 'timeout' });
    await using dripping = await startServer((_, response) => {
      response.write('[');
      const drops = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drops));
    });
    await expect(ask(dripping.url, { document: 200 })).rejects.toMatchObject({ code: 'io', reason: 'timeout' });
    await using endless = await startServer((_, response) => {
      const piece = Buffer.alloc(1_048_576, ' ');
      const more = () => {
        while (!response.destroyed && response.write(piece));
      };
      response.on('drain', more);
      more();
    });
    await expect(ask(endless.url)).rejects.toMatchObject({ code: 'limit', reason: 'too-large' });
  });

  test('whose list of pages never ends is given up', async () => {
    await using server = await startServer((_, response, url) => {
      const next = Number(url.searchParams.get('page') ?? '1') + 1;
      response.writeHead(200, { link: `<?page=${next}>; rel="next"` }).end('[]');
    });
    const source: UpdateSource = { transport: 'gh-releases-zsync', tag: 'latest-all', ...release };
    const resolved = resolveUpdate(source, { http: testClient(), apiBases: { github: server.url } });
    await expect(resolved).rejects.toMatchObject({ reason: 'no-release' });
    expect(server.requests.length).toBeLessThan(50);
  });
});
