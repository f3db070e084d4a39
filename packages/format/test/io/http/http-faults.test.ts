import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { isAppImageError } from '../../../src/errors.ts';
import { openHttpSource } from '../../../src/io/http/http-source.ts';
import {
  type Answering,
  answerRange,
  ETAG,
  LAST_MODIFIED,
  rangeOf,
  type ServedFile,
  startServer,
} from '../../support/range-server.ts';
import { noise } from '../../support/trees.ts';
import { openTestSource } from './open-test-source.ts';

const CONTENT = noise(10_000);
const FILE: ServedFile = { content: CONTENT };

const good: Answering = (request, response) => answerRange(request, response, FILE);

/** Answers well but for the requests with these numbers. */
function goodBut(numbers: readonly number[], bad: Answering): Answering {
  return (request, response, number) => (numbers.includes(number) ? bad : good)(request, response, number);
}

/** A part with headers of the test's choice; a header of `undefined` is left out. */
function part(
  fields: Readonly<Record<string, string | undefined>>,
  change: (body: Uint8Array) => Uint8Array = (b) => b,
) {
  return (request: IncomingMessage, response: ServerResponse) => {
    const { start, end } = rangeOf(request, CONTENT.length) as { start: number; end: number };
    const headers: Record<string, string | undefined> = {
      ETag: ETAG,
      'Last-Modified': LAST_MODIFIED,
      'Content-Range': `bytes ${start}-${end - 1}/10000`,
      ...fields,
    };
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value);
    response.writeHead(206).end(change(CONTENT.subarray(start, end)));
  };
}

/** Sends so many bytes of the range and drops the connection. */
function die(after: number): Answering {
  return (request, response) => {
    const { start, end } = rangeOf(request, CONTENT.length) as { start: number; end: number };
    response.writeHead(206, {
      ETag: ETAG,
      'Last-Modified': LAST_MODIFIED,
      'Content-Length': end - start,
      'Content-Range': `bytes ${start}-${end - 1}/10000`,
    });
    response.write(CONTENT.subarray(start, Math.min(start + after, end)), () => response.destroy());
  };
}

/** Answers that can not be trusted, whenever they come: what the error says, its code. */
const LIES: readonly (readonly [string, string, string, Answering])[] = [
  ['no Content-Range', 'unsupported', 'Content-Range, found none', part({ 'Content-Range': undefined })],
  ['an unknown size', 'unsupported', "the file's size", part({ 'Content-Range': 'bytes 0-99/*' })],
  ['a Content-Range that means nothing', 'io', 'must be of bytes', part({ 'Content-Range': 'bytes 5-4/10000' })],
  ['a Content-Range of lines', 'io', 'must be of bytes', part({ 'Content-Range': 'lines 0-99/10000' })],
  ['another range', 'io', 'Content-Range must be', part({ 'Content-Range': 'bytes 7-106/10000' })],
  ['a shorter range', 'io', 'Content-Range must be', part({ 'Content-Range': 'bytes 0-98/10000' })],
  ['the wrong length', 'io', 'Content-Length must be 100, found 99', part({ 'Content-Length': '99' })],
  [
    'a longer body',
    'io',
    'body must have 100 bytes, found at least 101',
    part({}, (body) => Buffer.concat([body, Buffer.of(0)])),
  ],
  ['several parts', 'unsupported', 'multipart', part({ 'Content-Type': 'multipart/byteranges; boundary=x' })],
  ['a packed body', 'unsupported', 'Content-Encoding must be identity', part({ 'Content-Encoding': 'gzip' })],
  ['a status that is none', 'io', '(418)', (_, response) => void response.writeHead(418).end()],
  ['a redirect without a place', 'io', '(302)', (_, response) => void response.writeHead(302).end()],
  ['not found', 'not-found', '(404)', (_, response) => void response.writeHead(404).end()],
  ['gone', 'not-found', '(410)', (_, response) => void response.writeHead(410).end()],
  ['forbidden', 'not-permitted', '(403)', (_, response) => void response.writeHead(403).end()],
  ['a question who asks', 'not-permitted', '(401)', (_, response) => void response.writeHead(401).end()],
];

describe.each(LIES)('%s', (_, code, words, bad) => {
  test('is an error when the file is opened', async () => {
    const { url, requests } = await startServer(bad);
    await expect(openHttpSource(url, { firstRead: 100 })).rejects.toMatchObject({
      name: 'AppImageError',
      code,
      url: url.href,
      offset: expect.any(Number),
      message: expect.stringContaining(words),
    });
    expect(requests).toHaveLength(1);
  });

  test('is an error when it is read, and none for the next read', async () => {
    const { url, requests } = await startServer(goodBut([1], bad));
    const source = await openTestSource(url, { firstRead: 1 });
    await expect(source.read(200, 100)).rejects.toMatchObject({
      name: 'AppImageError',
      code,
      url: url.href,
      message: expect.stringContaining(words),
    });
    expect(requests).toHaveLength(2);
    expect(Buffer.compare(await source.read(200, 100), CONTENT.subarray(200, 300))).toBe(0);
  });
});

describe('a file that changes', () => {
  test.each<[string, ServedFile, string]>([
    ['by its ETag', { content: CONTENT, etag: '"version-2"' }, 'its ETag was "version-1", and is "version-2"'],
    ['by its size', { content: noise(10_001) }, 'its size was 10000 bytes, and is 10001'],
    ['by its time', { content: CONTENT, lastModified: 'Sun, 02 Jan 2022 00:00:00 GMT' }, 'its time was Sat, 01'],
    ['by losing its ETag', { content: CONTENT, etag: null }, 'and is missing'],
    ['to nothing', { content: new Uint8Array(0) }, 'its size was 10000 bytes, and is 0'],
  ])('%s is noticed by the next read', async (_, now, words) => {
    const { url } = await startServer((request, response, number) =>
      answerRange(request, response, number === 0 ? FILE : now),
    );
    const source = await openTestSource(url, { firstRead: 1 });
    await expect(source.read(200, 100)).rejects.toMatchObject({
      code: 'io',
      url: url.href,
      offset: 200,
      message: expect.stringMatching(/the file changed on the server while it was read, /),
    });
    await expect(source.read(200, 100)).rejects.toThrow(words);
  });

  test('is noticed even where the server does not look at the condition', async () => {
    const { url } = await startServer((request, response, number) => {
      delete request.headers['if-range'];
      return answerRange(request, response, number === 0 ? FILE : { content: CONTENT, etag: '"version-2"' });
    });
    const source = await openTestSource(url, { firstRead: 1 });
    await expect(source.read(200, 100)).rejects.toThrow('its ETag was "version-1", and is "version-2"');
  });

  test('between two halves of one read is noticed', async () => {
    const { url, requests } = await startServer((request, response, number) => {
      if (number === 1) return die(50)(request, response, number);
      return answerRange(request, response, number === 0 ? FILE : { content: CONTENT, etag: '"version-2"' });
    });
    const source = await openTestSource(url, { firstRead: 1 });
    await expect(source.read(200, 100)).rejects.toMatchObject({ code: 'io', offset: 250 });
    expect(requests).toHaveLength(3);
  });
});

describe('a server that served ranges', () => {
  test('and sends the whole file now is an error, and the body is not taken', async () => {
    const { url } = await startServer(
      goodBut([1], (_, response) => {
        response.writeHead(200, { ETag: ETAG, 'Last-Modified': LAST_MODIFIED, 'Content-Length': 10_000 });
        response.end(CONTENT);
      }),
    );
    const source = await openTestSource(url, { firstRead: 1 });
    await expect(source.read(200, 100)).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('found the whole file'),
    });
    expect(source.transfer).toEqual({ bytes: 1, requests: 2 });
  });

  test('and refuses one that is in the file is an error', async () => {
    const { url } = await startServer(goodBut([1], (_, response) => void response.writeHead(416).end()));
    const source = await openTestSource(url, { firstRead: 1 });
    await expect(source.read(200, 100)).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('found it refused (416)'),
    });
  });
});

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

  test('where nobody listens is an error', async () => {
    const { url } = await startServer(good);
    url.port = '1';
    await expect(openHttpSource(url, { retries: 1, retryDelay: 0 })).rejects.toMatchObject({
      code: 'io',
      url: url.href,
      offset: 0,
      message: expect.stringContaining('the connection failed'),
    });
  });

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

describe('a body that ends too early', () => {
  const short = part({}, (body) => body.subarray(0, -10));

  test('is completed', async () => {
    const { url, requests } = await startServer(goodBut([1], short));
    const source = await openTestSource(url, { firstRead: 1 });
    expect(Buffer.compare(await source.read(200, 100), CONTENT.subarray(200, 300))).toBe(0);
    expect(requests[2]?.headers.range).toBe('bytes=290-299');
  });

  test('each time is an error', async () => {
    const { url } = await startServer(
      goodBut(
        [1, 2],
        part({}, (body) => body.subarray(0, 40)),
      ),
    );
    const source = await openTestSource(url, { firstRead: 1, retries: 0 });
    await expect(source.read(200, 100)).rejects.toMatchObject({
      code: 'io',
      offset: 240,
      message: expect.stringContaining('body must have 100 bytes, found 40'),
    });
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

test('a fault at every request gives an error each time, and nothing else', async () => {
  const faults: readonly Answering[] = [...LIES.map(([, , , bad]) => bad), die(0), die(7)];
  for (const [index, bad] of faults.entries()) {
    for (let fault = 0; fault < 4; fault++) {
      const { url } = await startServer(goodBut([fault], bad));
      const errors: unknown[] = [];
      try {
        const source = await openTestSource(url, { firstRead: 100, retries: 0 });
        for (const offset of [0, 150, 400]) {
          const bytes = await source.read(offset, 100);
          expect(Buffer.compare(bytes, CONTENT.subarray(offset, offset + 100))).toBe(0);
        }
      } catch (error) {
        errors.push(error);
      }
      expect(errors.filter((error) => !isAppImageError(error))).toEqual([]);
      // Three requests are made; an open that breaks off is taken up.
      if (fault > 0 && fault < 3) expect(errors, `fault ${index} at request ${fault}`).toHaveLength(1);
      if (fault === 3 && bad !== faults.at(-1)) expect(errors).toHaveLength(0);
    }
  }
});
