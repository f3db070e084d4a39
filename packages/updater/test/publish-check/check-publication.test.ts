import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { basename, join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createFeed, serializeFeed } from '../../src/feed/index.ts';
import { type CheckPublicationOptions, checkPublication } from '../../src/publish-check/index.ts';
import { fakeGitHub } from '../servers/github.ts';
import { testClient } from '../servers/http-client.ts';
import { sendFile, startServer } from '../servers/test-server.ts';
import { type ImageRecipe, makeImage, writeControlFile } from '../support/make-image.ts';

const NAME = 'Probe-1-x86_64.AppImage';
const INFORMATION = 'gh-releases-zsync|owner|repo|latest|Probe-*x86_64.AppImage.zsync';

/** A folder with an image and its control file, as it is about to be published. */
async function release(recipe: Partial<ImageRecipe> = {}, name = NAME): Promise<string> {
  const folder = temporaryFolder();
  const image = await makeImage({ version: '1', updateInformation: INFORMATION, ...recipe });
  writeFileSync(join(folder, name), image);
  await writeControlFile(join(folder, `${name}.zsync`), image, name);
  return folder;
}

async function check(target: string, options: Partial<CheckPublicationOptions> = {}) {
  const { findings } = await checkPublication({ target, ...options });
  return findings.map(({ severity, rule }) => `${severity} ${rule}`);
}

/** The files of a folder on GitHub. */
async function published(folder: string, names: readonly string[] = [NAME, `${NAME}.zsync`], tag = 'v1') {
  const files = Object.fromEntries(names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]));
  const server = await fakeGitHub([{ tag, files }]);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { http: testClient(), apiBases: { github: server.api, githubWeb: server.api } };
}

describe('a release on disk', () => {
  test('without a flaw has no findings', async () => {
    const folder = await release();
    expect(await check(folder)).toEqual([]);
    expect(await check(join(folder, NAME))).toEqual([]);
    expect((await checkPublication({ target: folder })).checked.map((path) => basename(path))).toEqual([
      NAME,
      `${NAME}.zsync`,
    ]);
  });

  test('whose image changed after the control file was made is told, with both hashes', async () => {
    const folder = await release();
    writeFileSync(join(folder, NAME), await makeImage({ version: '2', updateInformation: INFORMATION }));
    const { findings } = await checkPublication({ target: folder });
    expect(findings.map(({ rule }) => rule)).toContain('control-file-outdated');
    expect(findings.find(({ message }) => message.startsWith('SHA-1'))).toMatchObject({
      severity: 'error',
      subject: join(folder, `${NAME}.zsync`),
      message: expect.stringMatching(
        /^SHA-1 must be that of Probe-1-x86_64\.AppImage, [0-9a-f]{40}, found [0-9a-f]{40}$/,
      ),
      remedy: expect.stringContaining('publish both at once'),
    });
  });

  test('whose files were renamed is told', async () => {
    const folder = await release();
    const renamed = 'Probe-v1-x86_64.AppImage';
    renameSync(join(folder, NAME), join(folder, renamed));
    renameSync(join(folder, `${NAME}.zsync`), join(folder, `${renamed}.zsync`));
    expect(await check(folder)).toEqual(['warning control-file-name', 'warning control-file-url']);
  });

  test.each([
    ['a name that the pattern does not mean', {}, 'Probe-1.AppImage', ['error pattern-mismatch']],
    ['a name of another machine', { machine: 183 }, NAME, ['error name-architecture']],
    ['no update information', { updateInformation: '' }, NAME, ['warning no-update-information']],
    ['a flaw in it', { updateInformation: 'zsync|latest.zsync' }, NAME, ['error bad-update-information']],
    ['an unknown transport', { updateInformation: 'x|y' }, NAME, ['error bad-update-information']],
    ['a closed service', { updateInformation: 'bintray-zsync|a|b|c|d' }, NAME, ['error bad-update-information']],
  ])('with %s is told', async (_, recipe, name, expected) => {
    expect(await check(await release(recipe, name))).toEqual(expected);
  });

  test('with several files that the pattern means is told, but not those for other machines', async () => {
    const folder = await release();
    for (const name of ['Probe-1-full-x86_64.AppImage.zsync', 'Probe-1-aarch64.AppImage.zsync']) {
      writeFileSync(join(folder, name), readFileSync(join(folder, `${NAME}.zsync`)));
    }
    const { findings } = await checkPublication({ target: folder });
    expect(findings.filter(({ rule }) => rule === 'ambiguous-pattern')).toMatchObject([
      { message: expect.stringContaining('which is Probe-1-full-x86_64.AppImage.zsync as well') },
    ]);
  });

  test('without a control file is told, the worse if updaters look for one', async () => {
    const make = async (updateInformation: string) => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, NAME), await makeImage({ version: '1', updateInformation }));
      return check(folder);
    };
    expect(await make(INFORMATION)).toEqual(['error no-control-file']);
    expect(await make('direct-link|https://example.org/a')).toEqual(['info no-control-file']);
  });

  test('with files that are none of what they are called is told', async () => {
    const folder = await release();
    writeFileSync(join(folder, 'text.AppImage'), 'text');
    writeFileSync(join(folder, 'lone.zsync'), 'text');
    expect(await check(folder)).toEqual(['error bad-control-file', 'error unreadable-image']);
    await expect(checkPublication({ target: temporaryFolder() })).rejects.toMatchObject({ code: 'not-found' });
    await expect(checkPublication({ target: join(folder, 'none') })).rejects.toMatchObject({ code: 'io' });
  });

  test('with a feed that is not of these files is told', async () => {
    const folder = await release();
    const made = await createFeed({ files: [join(folder, NAME)] });
    writeFileSync(join(folder, 'feed.json'), serializeFeed(made));
    writeFileSync(join(folder, 'other.json'), '{}');
    expect(await check(folder)).toEqual([]);
    writeFileSync(join(folder, NAME), await makeImage({ version: '2', updateInformation: INFORMATION }));
    expect(await check(join(folder, 'feed.json'))).toEqual(['error feed-mismatch']);
    writeFileSync(join(folder, 'feed.json'), '{"format":"appimage-feed"}');
    expect(await check(join(folder, 'feed.json'))).toEqual(['error bad-feed']);
  });
});

describe('a release on servers', () => {
  test('without a flaw has no findings, and no image is downloaded', async () => {
    const folder = await release({ content: new Uint8Array(Buffer.alloc(400_000, 'x')) });
    const online = await published(folder);
    expect(await check(folder, online)).toEqual([]);
    expect(online.http.transfer.bytes).toBeLessThan(20_000);
  });

  test('that nobody has published yet, or only in part, is told', async () => {
    const folder = await release();
    const none = await published(folder, []);
    expect(await check(folder, none)).toEqual(['error unresolvable']);
    const withoutImage = await published(folder, [`${NAME}.zsync`]);
    expect(await check(folder, withoutImage)).toEqual(['error unreachable', 'warning found-by-detour']);
    const withoutControlFile = await published(folder, [NAME]);
    expect(await check(folder, withoutControlFile)).toEqual(['warning found-by-detour']);
  });

  test('that is not the one that clients are offered is told', async () => {
    const folder = await release();
    const newer = await release({ version: '2' });
    expect(await check(folder, await published(newer))).toEqual(['info leads-elsewhere']);
  });

  test('whose control file and image do not belong together is told', async () => {
    const folder = await release();
    writeFileSync(join(folder, NAME), Buffer.alloc(5000));
    const other = await published(folder);
    expect(await check(await release(), other)).toContain('error wrong-size');
  });

  test.each([
    [
      'no ranges',
      'warning no-ranges',
      (response: ServerResponse, image: Uint8Array) => {
        response.writeHead(200, { 'content-length': image.length }).end(image);
      },
    ],
    [
      'a packed file',
      'error wrong-encoding',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
      },
    ],
    [
      'nobody who may have it',
      'error unreachable',
      (response: ServerResponse) => {
        response.writeHead(403).end();
      },
    ],
    [
      'another size',
      'error wrong-size',
      (response: ServerResponse) => {
        response.writeHead(416, { 'content-range': 'bytes */7' }).end();
      },
    ],
  ])('from a server with %s is told', async (_, expected, answer) => {
    const folder = await release();
    const image = new Uint8Array(readFileSync(join(folder, NAME)));
    await using server = await startServer((request, response, url) => {
      if (url.pathname.endsWith('.zsync')) sendFile(request, response, readFileSync(join(folder, `${NAME}.zsync`)));
      else answer(response, image);
    });
    expect(await check(`${server.url}/${NAME}.zsync`, { http: testClient() })).toEqual([expected]);
  });

  test('is checked by the URL of an image or of a feed', async () => {
    const folder = await release();
    const made = await createFeed({ files: [join(folder, NAME)] });
    writeFileSync(join(folder, 'feed.json'), serializeFeed(made));
    await using server = await startServer((request, response, url) => {
      const path = join(folder, basename(url.pathname));
      sendFile(request, response, readFileSync(path), { etag: '"1"' });
    });
    const online = await published(folder);
    expect(await check(`${server.url}/${NAME}`, online)).toEqual([]);
    expect(await check(`${server.url}/feed.json`, online)).toEqual([]);
    const image = readFileSync(join(folder, NAME));
    writeFileSync(join(folder, NAME), image.fill(7, image.length - 100));
    expect(await check(`${server.url}/${NAME}`, online)).toContain('error control-file-outdated');
    renameSync(join(folder, `${NAME}.zsync`), join(folder, 'gone'));
    expect(await check(`${server.url}/feed.json`, online)).toContain('error unreachable');
  });
});
