import { isAppImageError, type UpdateSource } from '@appimage-js/format';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolveUpdate } from '../../src/resolve/index.ts';
import { testClient } from '../servers/http-client.ts';
import { startServer } from '../servers/test-server.ts';

const release = { owner: 'o', repository: 'r', tag: 'latest', file: '*' } as const;

const SOURCES: readonly UpdateSource[] = [
  { transport: 'gh-releases-zsync', ...release },
  { transport: 'gh-releases-direct', ...release, tag: 'latest-all' },
  { transport: 'gl-releases-zsync', host: 'host', project: 'o/r', tag: 'latest', file: '*' },
  { transport: 'pling-v1-zsync', product: '1', file: '*' },
  { transport: 'gh-linux-yml', owner: 'o', repository: 'r' },
  { transport: 'json-fields', url: 'BASE/', fields: 'url=url,version=a.0,size=b,sha256=c,date=d,name=e' },
  { transport: 'appimage-feed', url: 'BASE/' },
];

/** The fields that are looked for, with anything in them. */
const OBJECTS = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom('v1', 'https://example.org/App.AppImage', 'App.AppImage', '2026-01-01', 'sha256:00', true, 7),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ...['tag_name', 'assets', 'links', 'name', 'url', 'browser_download_url', 'digest', 'size', 'draft', 'state'],
        ...[
          'format',
          'formatVersion',
          'releases',
          'images',
          'version',
          'a',
          'b',
          'c',
          'd',
          'e',
          '_links',
          'files',
          'path',
        ],
      ),
      tie('value'),
    ),
  ),
})).value;

const XML = fc
  .array(
    fc.constantFrom(
      '<ocs>',
      '</ocs>',
      '<meta>',
      '</meta>',
      '<statuscode>100</statuscode>',
      '<data>',
      '<content>',
      '<downloadlink1>x',
      '</downloadlink1>',
      '&amp;',
      '&x;',
      '<!--',
      ']]>',
      'text',
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

test('a file of a release at no address of the web is none', async () => {
  await using server = await startServer((_, response) => {
    const addresses = ['javascript:alert(1)', 'file:///etc/passwd', '//x', 'App.AppImage', ''];
    const assets = addresses.map((address) => ({ name: 'App.AppImage', browser_download_url: address, digest: 'x' }));
    response.end(JSON.stringify({ tag_name: 'v1', html_url: 'javascript:alert(1)', assets }));
  });
  const resolved = resolveUpdate(
    { transport: 'gh-releases-direct', ...release },
    { http: testClient(), apiBases: { github: server.url } },
  );
  await expect(resolved).rejects.toMatchObject({
    reason: 'no-match',
    message: expect.stringContaining('no files at all'),
  });
});

describe.each(SOURCES)('any answer to $transport', (source) => {
  test('is an image or an error of this toolkit', async () => {
    let body = '';
    await using server = await startServer((request, response, url) => {
      if (url.pathname.endsWith('/latest') && request.method === 'HEAD') {
        response.writeHead(302, { location: '/o/r/releases/tag/v1' }).end();
      } else {
        response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(body);
      }
    });
    const { url } = server;
    const apiBases = { github: url, githubWeb: url, pling: url, hosts: { host: url } };
    const placed = 'url' in source ? { ...source, url: source.url.replace('BASE', url) } : source;
    const http = testClient();
    const answers = fc.oneof(
      OBJECTS.map((value) => JSON.stringify(value) ?? ''),
      fc.string(),
      XML,
    );
    await fc.assert(
      fc.asyncProperty(answers, async (answer) => {
        body = answer;
        try {
          const { image } = await resolveUpdate(placed, { http, apiBases });
          expect(image.name).toMatch(/^[^/\\\0]+$/);
          for (const address of [...image.imageUrls, ...image.controlFileUrls]) expect(address).toMatch(/^https?:/);
        } catch (error) {
          expect(isAppImageError(error), String(error)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });
});
