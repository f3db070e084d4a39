import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { bufferSource } from '../../src/io/byte-source.ts';
import { type OpenedSource, openSource } from '../../src/io/open-source.ts';
import { openSource as openNodeSource } from '../../src/node/open-source.ts';
import { answerRange, startServer } from '../support/range-server.ts';
import { noise } from '../support/trees.ts';

const CONTENT = noise(300_000);

/** A copy in a buffer of its own, which is an `ArrayBuffer` for sure. */
const copy = () => new Uint8Array(CONTENT);

async function expectContent(source: OpenedSource): Promise<void> {
  onTestFinished(() => source.close());
  expect(source.size).toBe(CONTENT.length);
  expect(Buffer.compare(await source.read(0, source.size), CONTENT)).toBe(0);
  expect(Buffer.compare(await source.read(299_000, 1000), CONTENT.subarray(299_000))).toBe(0);
}

describe.each([
  ['of the root entry', openSource],
  ['of the node entry', openNodeSource],
])('openSource %s', (_, open) => {
  test.each([
    ['bytes', () => CONTENT],
    ['a buffer of Node', () => Buffer.from(CONTENT)],
    ['an ArrayBuffer', () => copy().buffer],
    ['a Blob', () => new Blob([copy()])],
    ['a File', () => new File([copy()], 'file')],
    ['a source', () => bufferSource(CONTENT)],
  ])('opens %s', async (_name, input) => {
    const source = await open(input());
    await expectContent(source);
    expect(source).not.toHaveProperty('transfer');
  });

  test('opens a URL by ranges, with a cache', async () => {
    const { url } = await startServer((request, response) => answerRange(request, response, { content: CONTENT }));
    const source = await open(url, { retryDelay: 0 });
    expect(source).toMatchObject({ ranges: true, url: url.href, transfer: { bytes: 65_536, requests: 1 } });
    await expectContent(source);
    const { requests } = source.transfer ?? {};
    await expectContent(source);
    expect(source.transfer).toEqual({ bytes: CONTENT.length, requests });
    source.prefetch?.(0, 1000);
  });

  test('takes a small file whole from a server without ranges, unless it is told not to', async () => {
    const { url } = await startServer((_request, response) => void response.writeHead(200).end(CONTENT));
    const source = await open(url);
    expect(source).toMatchObject({ ranges: false, transfer: { bytes: 300_000, requests: 1 } });
    await expectContent(source);
    await expect(open(url, { wholeFileLimit: 0 })).rejects.toMatchObject({ code: 'unsupported', url: url.href });
  });

  test('closes a source that was given, if it can be closed', async () => {
    const close = vi.fn();
    const given = { ...bufferSource(CONTENT), close, [Symbol.asyncDispose]: close };
    const source = await open(given);
    await source.close();
    expect(close).toHaveBeenCalledTimes(1);
  });

  test('keeps the prefetching of a source that can not be closed', async () => {
    const prefetch = vi.fn();
    const source = await open({ ...bufferSource(CONTENT), prefetch });
    source.prefetch?.(5, 10);
    expect(prefetch).toHaveBeenCalledWith(5, 10);
    await source[Symbol.asyncDispose]();
  });

  test.each([undefined, null, 5, {}, { size: 5 }])('takes %j for a mistake of the caller', async (input) => {
    await expect(open(input as never)).rejects.toThrow(TypeError);
  });

  test('opens nothing for a caller who has given up', async () => {
    await expect(open(CONTENT, { signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
  });
});

test('a string is not taken by the root entry, which knows no files', async () => {
  await expect(openSource('http://example.org/' as never)).rejects.toThrow('found string');
});

test('the root entry takes no URL but of http and https', async () => {
  await expect(openSource(new URL('file:///etc/passwd'))).rejects.toThrow(TypeError);
});

describe('the node entry', () => {
  function writeContent(name: string): string {
    const path = join(temporaryFolder(), name);
    writeFileSync(path, CONTENT);
    return path;
  }

  test.each(['file', 'a file with spaces % and #', 'https'])('opens a path, and its URL: %s', async (name) => {
    const path = writeContent(name);
    await expectContent(await openNodeSource(path));
    await expectContent(await openNodeSource(pathToFileURL(path)));
  });

  test.each(['http', 'HTTP'])('opens a string that begins with %s:// as a URL', async (scheme) => {
    const { url } = await startServer((request, response) => answerRange(request, response, { content: CONTENT }));
    const source = await openNodeSource(url.href.replace('http', scheme));
    expect(source.url).toBe(url.href);
    await expectContent(source);
  });

  test('says what it did not find', async () => {
    await expect(openNodeSource('http:/nowhere')).rejects.toMatchObject({ code: 'io', path: 'http:/nowhere' });
  });
});
