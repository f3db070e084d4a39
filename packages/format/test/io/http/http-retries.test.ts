import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openHttpSource } from '../../../src/io/http/http-source.ts';
import { CONTENT, die, good, goodBut } from '../../support/bad-answers.ts';
import { ETAG, LAST_MODIFIED, rangeOf, startServer } from '../../support/range-server.ts';
import { openTestSource } from './open-test-source.ts';

describe('a connection that breaks', () => {
  test.each([0, 1, 50, 99])('after %d bytes of a read is taken up where it was', async (after) => {
    const { url, requests } = await startServer(goodBut([1], die(after)));
    const source = await openTestSource(url, { firstRead: 1 });
    expect(Buffer.compare(await source.read(200, 100), CONTENT.subarray(200, 300))).toBe(0);
    expect(requests.slice(1).map(({ headers }) => headers.range)).toEqual([
      'bytes=200-299',
      `bytes=${200 + after}-299`,
    ]);
    expect(source.transfer).toEqual({ bytes: 101, requests: 3 });
  });

  test('in the first answer is taken up, too', async () => {
    const { url, requests } = await startServer(goodBut([0, 1], die(30)));
    const source = await openTestSource(url, { firstRead: 100 });
    expect(requests.map(({ headers }) => headers.range)).toEqual(['bytes=0-99', 'bytes=30-99', 'bytes=60-99']);
    expect(Buffer.compare(await source.read(0, 100), CONTENT.subarray(0, 100))).toBe(0);
    expect(source.transfer).toEqual({ bytes: 100, requests: 3 });
  });

  test('before any answer is tried again', async () => {
    const { url, requests } = await startServer(goodBut([0, 2], (request) => void request.socket.destroy()));
    const source = await openTestSource(url, { firstRead: 1 });
    expect(await source.read(200, 100)).toHaveLength(100);
    expect(requests).toHaveLength(4);
  });

  test('each time is an error that says where it broke and how often', async () => {
    const { url, requests } = await startServer(goodBut([1, 2, 3], die(10)));
    const source = await openTestSource(url, { firstRead: 1, retries: 2 });
    await expect(source.read(200, 100)).rejects.toMatchObject({
      code: 'io',
      url: url.href,
      offset: 230,
      message: expect.stringContaining('(tried 3 times)'),
      cause: expect.any(Error),
    });
    expect(requests).toHaveLength(4);
    expect(await source.read(200, 100)).toHaveLength(100);
  });

  test('to a server that is not there is an error at once', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const fetch = vi.fn(globalThis.fetch);
    await expect(openHttpSource(`http://127.0.0.1:${port}/`, { fetch })).rejects.toMatchObject({
      code: 'io',
      url: `http://127.0.0.1:${port}/`,
      offset: 0,
      message: expect.stringMatching(/the connection failed, .*ECONNREFUSED/),
    });
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test('to a server that has gone away since is tried again', async () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const { url } = await startServer(good);
    let attempts = 0;
    const fetch: typeof globalThis.fetch = async (input, init) => {
      attempts += 1;
      if (attempts === 2) throw new TypeError('fetch failed', { cause: refused });
      return globalThis.fetch(input, init);
    };
    const source = await openTestSource(url, { firstRead: 1, fetch });
    expect(await source.read(200, 100)).toHaveLength(100);
    expect(attempts).toBe(3);
  });

  test.each(['ENOTFOUND', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT'])(
    'with %s is not tried again',
    async (code) => {
      const fetch = vi
        .fn()
        .mockRejectedValue(new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code }) }));
      await expect(openHttpSource('http://example.org/', { fetch })).rejects.toMatchObject({
        code: 'io',
        message: expect.stringContaining(code),
      });
      expect(fetch).toHaveBeenCalledTimes(1);
    },
  );

  test('after all bytes, but before the end of the message, has brought what was asked for', async () => {
    const { url } = await startServer(
      goodBut([1], (request, response) => {
        const { start, end } = rangeOf(request, CONTENT.length) as { start: number; end: number };
        const headers = {
          ETag: ETAG,
          'Last-Modified': LAST_MODIFIED,
          'Content-Range': `bytes ${start}-${end - 1}/10000`,
        };
        response.writeHead(206, headers).write(CONTENT.subarray(start, end), () => response.destroy());
      }),
    );
    const source = await openTestSource(url, { firstRead: 1, retries: 0 });
    expect(Buffer.compare(await source.read(200, 100), CONTENT.subarray(200, 300))).toBe(0);
  });
});

describe('a server that is silent', () => {
  /** Answers well but for the request number 1, of which nothing comes after so many bytes; -1 is not even the head. */
  function silentFetch(after: number): typeof fetch {
    let number = 0;
    return async (_, init) => {
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(new Headers(init?.headers).get('range') ?? '') ?? [];
      const bytes = CONTENT.slice(Number(first), Number(last) + 1);
      const isSilent = number++ === 1;
      if (isSilent && after < 0) return new Promise<never>(() => undefined);
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(isSilent ? bytes.subarray(0, after) : bytes);
          if (!isSilent) controller.close();
        },
      });
      return new Response(body, { status: 206, headers: { 'Content-Range': `bytes ${first}-${last}/10000` } });
    };
  }

  test.each([
    ['from the start', -1, 200],
    ['after the head', 0, 200],
    ['in the middle of a body', 40, 240],
  ])('%s is given up, and asked again', async (_, after, offset) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const options = { firstRead: 1, timeout: 5000, retryDelay: 0 };
    const patient = await openTestSource('http://example.org/', { ...options, fetch: silentFetch(after) });
    const read = patient.read(200, 100);
    await vi.advanceTimersByTimeAsync(5001);
    expect(Buffer.compare(await read, CONTENT.subarray(200, 300))).toBe(0);
    expect(patient.transfer).toEqual({ bytes: 101, requests: 3 });

    const impatient = await openTestSource('http://example.org/', {
      ...options,
      retries: 0,
      fetch: silentFetch(after),
    });
    const outcome = expect(impatient.read(200, 100)).rejects.toMatchObject({
      code: 'io',
      offset,
      message: expect.stringContaining('something must be heard within 5000 ms, found silence'),
    });
    await vi.advanceTimersByTimeAsync(5001);
    await outcome;
  });

  test('is left, so that its connection ends', async () => {
    const left = Promise.withResolvers<void>();
    const { url } = await startServer(goodBut([1], (_, response) => void response.on('close', () => left.resolve())));
    const source = await openTestSource(url, { firstRead: 1, timeout: 300, retries: 9 });
    expect(Buffer.compare(await source.read(200, 100), CONTENT.subarray(200, 300))).toBe(0);
    await left.promise;
  });
});

describe('a busy server', () => {
  test.each([500, 502, 503, 504, 408, 425, 429])('with status %d is asked again', async (status) => {
    const { url, requests } = await startServer(
      goodBut([0, 2], (_, response) => void response.writeHead(status).end()),
    );
    const source = await openTestSource(url, { firstRead: 1 });
    expect(await source.read(200, 100)).toHaveLength(100);
    expect(requests).toHaveLength(4);
  });

  test('that stays so is an error', async () => {
    const { url, requests } = await startServer((_, response) => void response.writeHead(503).end());
    await expect(openHttpSource(url, { retries: 2, retryDelay: 0 })).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('status must be 206, found 503 (tried 3 times)'),
    });
    expect(requests).toHaveLength(3);
  });

  test('that wants to be left alone for long is an error at once', async () => {
    const { url, requests } = await startServer(
      (_, response) => void response.writeHead(429, { 'Retry-After': '3600' }).end(),
    );
    await expect(openHttpSource(url)).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('found 429, to be asked again in 3600 s'),
    });
    expect(requests).toHaveLength(1);
  });
});
