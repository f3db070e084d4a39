import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeWith, sharedFolder, testWith } from '@appimage-js/testing';
import {
  type Browser,
  bundleForBrowser,
  dropFile,
  type FileServer,
  type Page,
  serveFiles,
  startChromium,
} from '@appimage-js/testing/browser';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { CONTENT, die, FILE, good, goodBut, LIES } from '../support/bad-answers.ts';
import { type Answering, answerRange, ETAG, type ServedFile, startServer } from '../support/range-server.ts';
import type { PageFunctions, PageReport, PlainHttpOptions } from './page/report.ts';
import { CONTENT_HASH, DESKTOP_ENTRY, ICON_SIZE, PATHS, writeAppDir, writeType1, writeType2 } from './tool-images.ts';

const type2 = (compression: string) => ({
  name: `type 2 with ${compression}`,
  tools: ['mksquashfs'],
  expected: { type: 'type-2', compression },
  write: (root: string, path: string) => writeType2(root, path, compression),
});

const IMAGES = [
  ...['zstd', 'gzip', 'xz', 'lzo', 'lz4'].map(type2),
  { name: 'type 1', tools: ['xorriso'], expected: { type: 'type-1', compression: 'zisofs' }, write: writeType1 },
];

/** So that another origin may read, and sees what it needs. */
const CROSS_ORIGIN = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Content-Encoding, Content-Range, ETag',
};

const EXPECTED = {
  name: 'Exämple',
  version: '1.2.3',
  desktopEntry: DESKTOP_ENTRY,
  icon: { width: ICON_SIZE, height: ICON_SIZE },
  paths: PATHS,
  contentHash: CONTENT_HASH,
};

describeWith(['chromium'], 'in Chromium', () => {
  const folder = sharedFolder();
  const root = writeAppDir(folder);
  const written = new Map<string, Promise<void>>();
  const pageFiles = new Map<string, Uint8Array>();
  let browser: Browser;
  let server: FileServer;

  beforeAll(async () => {
    const path = (name: string) => fileURLToPath(new URL(`page/${name}`, import.meta.url));
    const { files } = await bundleForBrowser(path('main.ts'));
    for (const { name, bytes } of files) pageFiles.set(name, bytes);
    pageFiles.set('index.html', readFileSync(path('index.html')));
    server = await serveFiles(pageFiles);
    browser = await startChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  /** A page that has nothing to complain of. */
  async function openPage(url: URL = server.url): Promise<Page> {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    onTestFinished(async () => {
      await page.close();
      expect(complaints).toEqual([]);
    });
    await page.goto(url.href);
    return page;
  }

  async function reportOf(page: Page): Promise<PageReport> {
    await page.waitForFunction(() => (globalThis as unknown as PageFunctions).report !== undefined);
    return (await page.evaluate(() => (globalThis as unknown as PageFunctions).report)) as PageReport;
  }

  describe.each(IMAGES)('an image of $name', ({ tools, expected, write }) => {
    const path = join(folder, `${expected.type}-${expected.compression}.AppImage`);
    const image = () => written.get(path) ?? written.set(path, write(root, path)).get(path);

    testWith(tools, 'is read from a file that is chosen', async () => {
      await image();
      const page = await openPage();
      await page.setInputFiles('input', path);
      expect(await reportOf(page)).toEqual({ ...EXPECTED, ...expected, transfer: null });
    });

    testWith(tools, 'is read from a file that is dropped on the page', async () => {
      await image();
      const page = await openPage();
      await dropFile(page, '#drop', path);
      expect(await reportOf(page)).toEqual({ ...EXPECTED, ...expected, transfer: null });
    });

    testWith(tools, 'is read from a server of another origin, by ranges', async () => {
      await image();
      const file = { content: readFileSync(path), headers: CROSS_ORIGIN };
      const { url, requests } = await startServer((request, response) => answerRange(request, response, file));
      const page = await openPage();
      const report = await page.evaluate((href) => (globalThis as unknown as PageFunctions).readFrom(href), url.href);
      expect(report).toEqual({ ...EXPECTED, ...expected, transfer: report.transfer });
      // Nothing that a browser would have to ask for first.
      expect(requests.map(({ method, headers }) => [method, headers['if-range']])).toEqual(
        Array.from({ length: report.transfer?.requests ?? 0 }, () => ['GET', undefined]),
      );
      expect(report.transfer?.bytes).toBeLessThanOrEqual(file.content.length);
    });
  });

  describe('a URL', () => {
    let page: Page;

    beforeAll(async () => {
      page = await browser.newPage();
      await page.goto(server.url.href);
    });

    /** Reads 100 bytes from offset 200 of what another origin serves. */
    async function read(answer: Answering, options: PlainHttpOptions = {}) {
      const server = await startServer((request, response, number) => {
        for (const [name, value] of Object.entries(CROSS_ORIGIN)) response.setHeader(name, value);
        return answer(request, response, number);
      });
      const report = await page.evaluate(
        ([href, settings]) => (globalThis as unknown as PageFunctions).readRanges(href, [[200, 100]], settings),
        [server.url.href, { firstRead: 1, retryDelay: 0, ...options }] as const,
      );
      return { ...report, url: server.url, requests: server.requests };
    }

    const WANTED = Buffer.from(CONTENT.subarray(200, 300)).toString('hex');

    /** What Chromium finds out before the page does. */
    const EARLIER: Readonly<Record<string, string>> = { 'a packed body': 'the connection failed' };

    test.each(LIES)('with %s is an error', async (name, code, words, bad) => {
      const { ranges, error, url } = await read((request, response, number) =>
        (number === 0 ? good : bad)(request, response, number),
      );
      expect(ranges).toEqual([]);
      expect(error).toMatchObject({
        code: code === 'not-permitted' ? code : 'io',
        url: url.href,
        message: expect.stringContaining(EARLIER[name] ?? words),
      });
    });

    test.each([0, 50])('whose connection breaks after %d bytes is taken up', async (after) => {
      const { ranges, requests } = await read(goodBut([1], die(after)));
      expect(ranges).toEqual([WANTED]);
      // Bytes that have arrived are lost where the break is seen before they are read.
      expect(['bytes=200-299', `bytes=${200 + after}-299`]).toContain(requests.at(-1)?.headers.range);
      expect(requests).toHaveLength(3);
    });

    test('of a busy server is asked for again', async () => {
      const { ranges, requests } = await read(goodBut([0, 2], (_, response) => void response.writeHead(503).end()));
      expect(ranges).toEqual([WANTED]);
      expect(requests).toHaveLength(4);
    });

    test.each<[string, ServedFile, string]>([
      ['by its ETag', { ...FILE, etag: '"version-2"' }, 'its ETag was "version-1", and is "version-2"'],
      ['by its size', { content: CONTENT.subarray(1) }, 'its size was 10000 bytes, and is 9999'],
    ])('of a file that changes %s is an error', async (_, now, words) => {
      const { error } = await read((request, response, number) =>
        answerRange(request, response, number === 0 ? FILE : now),
      );
      expect(error).toMatchObject({ code: 'io', message: expect.stringContaining(words) });
    });

    test('that redirects is followed, and later reads go where it led', async () => {
      const { ranges, requests } = await read((request, response, number) =>
        request.url === '/'
          ? void response.writeHead(302, { Location: '/there' }).end()
          : good(request, response, number),
      );
      expect(ranges).toEqual([WANTED]);
      expect(requests.map(({ path }) => path)).toEqual(['/', '/', '/there', '/there']);
    });

    test('that redirects is refused where headers would be sent on', async () => {
      const { error } = await read(
        (request, response, number) => {
          if (request.method === 'OPTIONS') {
            response.writeHead(204, { 'Access-Control-Allow-Headers': 'X-Token' }).end();
            return undefined;
          }
          return request.url === '/'
            ? void response.writeHead(302, { Location: '/there' }).end()
            : good(request, response, number);
        },
        { headers: { 'X-Token': 'secret' } },
      );
      expect(error).toMatchObject({ code: 'not-permitted', message: expect.stringContaining('must not redirect') });
    });

    test('of a server without ranges is an error, or taken whole', async () => {
      const whole: Answering = (_, response) => void response.writeHead(200).end(CONTENT);
      expect((await read(whole)).error).toMatchObject({ code: 'unsupported' });
      expect((await read(whole, { wholeFileLimit: 10_000 })).ranges).toEqual([WANTED]);
    });

    test('whose server hides the range from other origins is an error that says so', async () => {
      const { error } = await read((request, response, number) => {
        response.removeHeader('Access-Control-Expose-Headers');
        return good(request, response, number);
      });
      expect(error).toMatchObject({
        code: 'unsupported',
        message: expect.stringContaining('Access-Control-Expose-Headers'),
      });
    });

    test('whose server permits no other origin is an error', async () => {
      const { error } = await read(
        (request, response, number) => {
          response.removeHeader('Access-Control-Allow-Origin');
          return good(request, response, number);
        },
        { retries: 1 },
      );
      expect(error).toMatchObject({ code: 'io', message: expect.stringContaining('the connection failed') });
    });

    test("of the page's own origin is read on the condition that the file is the same", async () => {
      const { url, requests } = await startServer((request, response, number) => {
        if (request.url === '/file') return good(request, response, number);
        const name = request.url === '/' ? 'index.html' : (request.url ?? '').slice(1);
        const type = name.endsWith('.js') ? 'text/javascript' : 'text/html';
        return void response.writeHead(200, { 'Content-Type': type }).end(pageFiles.get(name));
      });
      const ownPage = await openPage(url);
      const { ranges } = await ownPage.evaluate(
        (href) => (globalThis as unknown as PageFunctions).readRanges(href, [[200, 100]], { firstRead: 1 }),
        new URL('file', url).href,
      );
      expect(ranges).toEqual([WANTED]);
      const seen = requests.filter(({ path }) => path === '/file');
      expect(seen.map(({ headers }) => headers['if-range'])).toEqual([undefined, ETAG]);
    });
  });
});
