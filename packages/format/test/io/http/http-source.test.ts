import { describe, expect, test } from 'vitest';
import { openHttpSource } from '../../../src/io/http/http-source.ts';
import { answerRange, ETAG, LAST_MODIFIED, startServer } from '../../support/range-server.ts';
import { noise } from '../../support/trees.ts';
import { openTestSource } from './open-test-source.ts';

const CONTENT = noise(10_000);

function serve(content = CONTENT) {
  return startServer((request, response) => answerRange(request, response, { content }));
}

describe('opening', () => {
  test('takes one request, which brings the size and the first bytes', async () => {
    const { url, requests } = await serve();
    const source = await openTestSource(url, { firstRead: 1000 });
    expect(source).toMatchObject({ size: 10_000, ranges: true, url: url.href, transfer: { bytes: 1000, requests: 1 } });
    expect(requests).toMatchObject([
      { method: 'GET', path: '/', headers: { range: 'bytes=0-999', 'accept-encoding': 'identity' } },
    ]);
  });

  test('asks for 64 KiB where nothing else is said', async () => {
    const { url, requests } = await serve();
    const source = await openTestSource(url.href);
    expect(requests[0]?.headers.range).toBe('bytes=0-65535');
    expect(source).toMatchObject({ size: 10_000, transfer: { bytes: 10_000, requests: 1 } });
  });

  test.each([
    ['says that there is nothing (416)', 416, { 'Content-Range': 'bytes */0' }],
    ['sends it whole (200)', 200, { 'Content-Length': '0' }],
    ['sends it whole, without its length', 200, {}],
  ])('an empty file works where the server %s', async (_, status, headers) => {
    const { url } = await startServer((_request, response) => void response.writeHead(status, headers).end());
    const source = await openTestSource(url);
    expect(source.size).toBe(0);
    expect(await source.read(0, 0)).toHaveLength(0);
    await expect(source.read(0, 1)).rejects.toMatchObject({ code: 'out-of-bounds' });
    expect(source.transfer).toEqual({ bytes: 0, requests: 1 });
  });

  test.each(['file:///etc/passwd', 'ftp://127.0.0.1/', 'nowhere'])('%s is a mistake of the caller', async (url) => {
    await expect(openHttpSource(url)).rejects.toThrow(TypeError);
  });

  test.each([
    { timeout: 0 },
    { timeout: 2 ** 31 },
    { retries: -1 },
    { retryDelay: 0.5 },
    { firstRead: 0 },
    { concurrency: 0 },
    { wholeFileLimit: Number.NaN },
  ])('with %j is a mistake of the caller', async (options) => {
    await expect(openHttpSource('http://127.0.0.1/', options)).rejects.toThrow(RangeError);
  });

  test.each(['Range', 'if-range', 'Accept-Encoding'])('with a header %s is a mistake of the caller', async (name) => {
    await expect(openHttpSource('http://127.0.0.1/', { headers: { [name]: 'x' } })).rejects.toThrow(TypeError);
  });
});

describe('a read', () => {
  test.each([
    [0, 0],
    [0, 1000],
    [500, 0],
    [10_000, 0],
    [990, 10],
    [990, 20],
    [1000, 1],
    [0, 10_000],
    [9_999, 1],
  ])('at %d of %d bytes delivers exactly those', async (offset, length) => {
    const { url, requests } = await serve();
    const source = await openTestSource(url, { firstRead: 1000 });
    const bytes = await source.read(offset, length);
    expect(Buffer.compare(bytes, CONTENT.subarray(offset, offset + length))).toBe(0);
    const missing = length === 0 ? 0 : Math.max(0, offset + length - Math.max(1000, offset));
    expect(source.transfer).toEqual({ bytes: 1000 + missing, requests: missing > 0 ? 2 : 1 });
    expect(requests).toHaveLength(source.transfer.requests);
  });

  test('is made on the condition that the file is still the same', async () => {
    const { url, requests } = await serve();
    const source = await openTestSource(url, { firstRead: 1 });
    await source.read(5, 10);
    expect(requests[1]?.headers).toMatchObject({ range: 'bytes=5-14', 'if-range': ETAG });
  });

  test.each([
    ['its time, where the ETag is weak', 'W/"1"', LAST_MODIFIED, LAST_MODIFIED],
    ['nothing, where there is nothing', null, null, undefined],
  ])('goes by %s', async (_, etag, lastModified, condition) => {
    const { url, requests } = await startServer((request, response) =>
      answerRange(request, response, { content: CONTENT, etag, lastModified }),
    );
    const source = await openTestSource(url, { firstRead: 1 });
    expect(await source.read(5, 10)).toHaveLength(10);
    expect(requests[1]?.headers['if-range']).toBe(condition);
  });

  test('beyond the end is out of bounds and no request', async () => {
    const { url, requests } = await serve();
    const source = await openTestSource(url);
    await expect(source.read(9_999, 2)).rejects.toMatchObject({ code: 'out-of-bounds', offset: 9_999 });
    await expect(source.read(-1, 2)).rejects.toThrow(RangeError);
    expect(requests).toHaveLength(1);
  });

  test('goes through the fetch and with the headers that were given', async () => {
    const { url, requests } = await serve();
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = (input, init) => {
      asked.push(String(input));
      return globalThis.fetch(input, init);
    };
    const source = await openTestSource(url, { firstRead: 1, fetch, headers: { 'X-Token': 'secret' } });
    await source.read(5, 10);
    expect(asked).toEqual([url.href, url.href]);
    expect(requests.map(({ headers }) => headers['x-token'])).toEqual(['secret', 'secret']);
  });

  test('sends a user name and a password as a header, and does not tell them', async () => {
    const { url, requests } = await startServer((request, response, number) =>
      number === 0 ? answerRange(request, response, { content: CONTENT }) : void response.writeHead(404).end(),
    );
    url.username = 'me';
    url.password = 'secret';
    const source = await openTestSource(url, { firstRead: 1 });
    expect(requests[0]?.headers['authorization']).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`);
    const error = await source.read(5, 1).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'io', url: expect.not.stringContaining('secret') });
    expect(String(error)).not.toContain('secret');
    expect(source.url).not.toContain('secret');
  });

  test('waits while as many as are allowed are under way', async () => {
    const waiting: (() => void)[] = [];
    const { url, requests } = await startServer(async (request, response, number) => {
      if (number > 0) await new Promise<void>((resolve) => waiting.push(resolve));
      await answerRange(request, response, { content: CONTENT });
    });
    const source = await openTestSource(url, { firstRead: 1, concurrency: 2 });
    const reads = [1, 2, 3, 4, 5].map((offset) => source.read(offset, 1));
    let most = 0;
    for (let answered = 0; answered < 5; ) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      most = Math.max(most, waiting.length);
      const next = waiting.shift();
      if (next === undefined) continue;
      next();
      await reads[answered++];
    }
    expect(Buffer.concat(await Promise.all(reads))).toEqual(Buffer.from(CONTENT.subarray(1, 6)));
    expect(most).toBeLessThanOrEqual(2);
    expect(requests).toHaveLength(6);
  });
});

describe('giving up', () => {
  /** Answers the first request, and of the others nothing, the head, or half of the body. */
  async function serveStalling(kind: 'nothing' | 'head' | 'half') {
    const stalled = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const server = await startServer(async (request, response, number) => {
      if (number === 0) {
        await answerRange(request, response, { content: CONTENT });
        return;
      }
      response.on('close', () => closed.resolve());
      if (kind !== 'nothing') {
        response.writeHead(206, { ETag: ETAG, 'Last-Modified': LAST_MODIFIED, 'Content-Range': 'bytes 5-14/10000' });
        response.write(kind === 'half' ? CONTENT.subarray(5, 10) : '', () => stalled.resolve());
        response.flushHeaders();
      }
      stalled.resolve();
    });
    return { ...server, stalled: stalled.promise, closed: closed.promise };
  }

  test.each(['nothing', 'head', 'half'] as const)('rejects at once and ends the request, after %s', async (kind) => {
    const { url, stalled, closed } = await serveStalling(kind);
    const source = await openTestSource(url, { firstRead: 1 });
    const controller = new AbortController();
    const read = source.read(5, 10, { signal: controller.signal });
    await stalled;
    controller.abort('enough');
    await expect(read).rejects.toBe('enough');
    await closed;
    await expect(source.read(5, 10, { signal: AbortSignal.abort('never') })).rejects.toBe('never');
  });

  test.each(['nothing', 'head', 'half'] as const)('closing ends what is under way, after %s', async (kind) => {
    const { url, stalled, closed } = await serveStalling(kind);
    const source = await openTestSource(url, { firstRead: 1 });
    const read = source.read(5, 10);
    read.catch(() => undefined);
    await stalled;
    await source.close();
    await expect(read).rejects.toMatchObject({ code: 'io', url: url.href });
    await closed;
  });

  test('ends the opening', async () => {
    const controller = new AbortController();
    const { url } = await startServer(() => controller.abort('enough'));
    await expect(openHttpSource(url, { signal: controller.signal })).rejects.toBe('enough');
    await expect(openHttpSource(url, { signal: AbortSignal.abort('never') })).rejects.toBe('never');
  });

  test('after closing, nothing is read, not even what is there', async () => {
    const { url, requests } = await serve();
    const source = await openHttpSource(url);
    await source.close();
    await source.close();
    await expect(source.read(0, 1)).rejects.toMatchObject({ code: 'io', url: url.href });
    expect(requests).toHaveLength(1);
  });
});
