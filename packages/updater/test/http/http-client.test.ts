import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { HttpResponse } from '../../src/http/index.ts';
import { testClient } from '../servers/http-client.ts';
import { sendFile, startServer } from '../servers/test-server.ts';

const FILE = new TextEncoder().encode('0123456789'.repeat(100));

async function textOf(response: HttpResponse): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of response.body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('the HTTP client', () => {
  test('fetches a file and ranges of it, as they are', async () => {
    await using server = await startServer((request, response) => sendFile(request, response, FILE));
    const http = testClient();
    const whole = await http.get(`${server.url}/file`);
    expect(whole).toMatchObject({ status: 200, url: `${server.url}/file` });
    expect(await textOf(whole)).toHaveLength(1000);
    const part = await http.get(`${server.url}/file`, { range: { first: 5, last: 9 } });
    expect(part.status).toBe(206);
    expect(await textOf(part)).toBe('56789');
    await (await http.get(`${server.url}/file`, { range: [{ first: 0, last: 1 }, { first: 990 }] })).discard();
    expect(server.requests[2]?.headers).toMatchObject({ range: 'bytes=0-1,990-', 'accept-encoding': 'identity' });
    expect(http.transfer).toMatchObject({ requests: 3 });
    expect(http.transfer.bytes).toBeGreaterThanOrEqual(1005);
  });

  test.each([
    [401, 'not-permitted', 'refused'],
    [403, 'not-permitted', 'refused'],
    [404, 'not-found', 'gone'],
    [410, 'not-found', 'gone'],
    [418, 'io', 'server'],
    [500, 'io', 'server'],
    [503, 'io', 'server'],
    [429, 'io', 'rate-limited'],
  ])('tells status %i as %s', async (status, code, reason) => {
    await using server = await startServer((_, response) => void response.writeHead(status).end('no'));
    const fetched = testClient().get(`${server.url}/file`);
    await expect(fetched).rejects.toMatchObject({ code, reason, status, url: `${server.url}/file` });
  });

  test('hands every status to who wants to see it', async () => {
    await using server = await startServer((_, response) => void response.writeHead(416).end('no'));
    const response = await testClient().get(server.url, { accept: 'any' });
    expect(response.status).toBe(416);
    await response.discard();
  });

  test('asks again what fails in passing, and says how often it did', async () => {
    let failures = 2;
    await using server = await startServer((request, response) => {
      if (failures-- > 0) response.writeHead(503).end();
      else sendFile(request, response, FILE);
    });
    await (await testClient({ retries: 2 }).get(server.url)).discard();
    expect(server.requests).toHaveLength(3);
    failures = 100;
    await expect(testClient({ retries: 2 }).get(server.url)).rejects.toThrow('(tried 3 times)');
  });

  test('waits as long as a server wishes, but not for ever', async () => {
    let seconds = '0';
    await using server = await startServer(
      (_, response) => void response.writeHead(503, { 'retry-after': seconds }).end(),
    );
    await expect(testClient({ retries: 1, retryDelay: 600_000 }).get(server.url)).rejects.toMatchObject({
      retryAfter: 0,
    });
    expect(server.requests).toHaveLength(2);
    seconds = '86400';
    await expect(testClient({ retries: 1 }).get(server.url)).rejects.toMatchObject({ retryAfter: 86_400 });
    expect(server.requests).toHaveLength(3);
  });

  test('does not ask again what is refused', async () => {
    await using server = await startServer((_, response) => void response.writeHead(403).end());
    await expect(testClient({ retries: 5 }).get(server.url)).rejects.toMatchObject({ code: 'not-permitted' });
    expect(server.requests).toHaveLength(1);
  });

  test('says when a limit ends', async () => {
    const reset = Math.floor(Date.now() / 1000) + 1200;
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
    await using server = await startServer((_, response) => void response.writeHead(403, headers).end());
    const error: unknown = await testClient({ retries: 5 })
      .get(server.url)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'io', reason: 'rate-limited', status: 403 });
    expect((error as { retryAfter: number }).retryAfter).toBeGreaterThan(1100);
    expect(server.requests).toHaveLength(1);
  });

  test('refuses a file that was packed for the way, and unpacks the answer of an API', async () => {
    await using server = await startServer((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}'));
    });
    await expect(testClient().get(server.url)).rejects.toMatchObject({ code: 'unsupported', reason: 'encoding' });
    const raw = await testClient().get(server.url, { accept: 'any' });
    expect((await textOf(raw)).startsWith('\x1f')).toBe(true);
    const { bytes } = await testClient().getDocument(server.url);
    expect(new TextDecoder().decode(bytes)).toBe('{"a":1}');
  });

  test('takes an answer that is packed wrongly, or longer than it may be unpacked, for what it is', async () => {
    let body = Buffer.from('no gzip at all');
    await using server = await startServer((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(body);
    });
    await expect(testClient().getDocument(server.url)).rejects.toMatchObject({ code: 'io' });
    body = gzipSync(new Uint8Array(50_000_000));
    await expect(testClient().getDocument(server.url)).rejects.toMatchObject({ code: 'limit', reason: 'too-large' });
  });

  test('tells a body that breaks off', async () => {
    await using server = await startServer((_, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('short', () => response.destroy());
    });
    const response = await testClient().get(server.url);
    await expect(textOf(response)).rejects.toMatchObject({ code: 'io', reason: 'connection' });
  });

  test('gives up when nothing is heard: no head, or no more of the body', async () => {
    await using silent = await startServer(() => undefined);
    await expect(testClient({ timeouts: { headers: 100 } }).get(silent.url)).rejects.toMatchObject({
      code: 'io',
      reason: 'timeout',
    });
    await using slow = await startServer((_, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('start');
    });
    const response = await testClient({ timeouts: { silence: 100 } }).get(slow.url);
    await expect(textOf(response)).rejects.toMatchObject({ code: 'io', reason: 'timeout' });
  });

  test('tells a server that is not there', async () => {
    const server = await startServer(() => undefined);
    await server[Symbol.asyncDispose]();
    await expect(testClient().get(server.url)).rejects.toMatchObject({ code: 'io', reason: 'connection' });
  });

  test('stops when it is told to, before, while it waits, and within a body', async () => {
    await using server = await startServer((_, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('start');
    });
    const reason = new Error('enough');
    await expect(testClient().get(server.url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const response = await testClient().get(server.url, { signal: controller.signal });
    const read = textOf(response);
    setTimeout(() => controller.abort(reason), 20);
    await expect(read).rejects.toBe(reason);
    await using silent = await startServer(() => undefined);
    const waiting = new AbortController();
    setTimeout(() => waiting.abort(reason), 20);
    await expect(testClient().get(silent.url, { signal: waiting.signal })).rejects.toBe(reason);
  });

  test('has so many requests to one host under way at once, and lets go of those that fail or are given up', async () => {
    let inside = 0;
    let most = 0;
    await using server = await startServer(async (request, response) => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
      if (request.url === '/missing') response.writeHead(404).end('no');
      else sendFile(request, response, FILE);
    });
    const http = testClient({ connections: 2 });
    const paths = Array.from({ length: 24 }, (_, number) => ['/file', '/missing', '/early'][number % 3] as string);
    const outcomes = await Promise.allSettled(
      paths.map(async (path) => {
        const response = await http.get(`${server.url}${path}`);
        if (path === '/early') for await (const piece of response.body) return piece.length > 0;
        return (await textOf(response)).length > 0;
      }),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(16);
    expect(most).toBe(2);
    const held = await Promise.all([http.get(server.url), http.get(server.url)]);
    const reason = new Error('enough');
    const controller = new AbortController();
    const waiting = http.get(server.url, { signal: controller.signal });
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    for (const response of held) await response.discard();
    await (await http.get(server.url)).discard();
  });

  test('refuses options and URLs that can not be meant', async () => {
    expect(() => testClient({ retries: -1 })).toThrow(RangeError);
    expect(() => testClient({ userAgent: 'a\nb' })).toThrow(TypeError);
    await expect(testClient().get('file:///etc/passwd')).rejects.toThrow(TypeError);
    await expect(testClient().get('http://127.0.0.1:1/', { range: { first: 2, last: 1 } })).rejects.toThrow(RangeError);
  });
});
