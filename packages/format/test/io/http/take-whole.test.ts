import { describe, expect, test, vi } from 'vitest';
import { openHttpSource } from '../../../src/io/http/http-source.ts';
import { type Answering, startServer } from '../../support/range-server.ts';
import { noise } from '../../support/trees.ts';
import { openTestSource } from './open-test-source.ts';

const CONTENT = noise(300_000);

/** Knows no ranges; sends the length before or, in pieces, not at all. */
function whole(announced: boolean, content: Uint8Array = CONTENT): Answering {
  return (_, response) => {
    response.writeHead(200, announced ? { 'Content-Length': content.length } : {});
    response.end(content);
  };
}

/** Sends the head and a few bytes for ever, until nobody listens; tells when that is. */
function endless(headers: Readonly<Record<string, string>>) {
  const left = Promise.withResolvers<void>();
  const answer: Answering = (_, response) => {
    response.writeHead(200, headers);
    const send = () => {
      while (!response.destroyed && response.write(CONTENT.subarray(0, 10_000)));
    };
    response.on('drain', send).on('close', () => left.resolve());
    send();
  };
  return { answer, left: left.promise };
}

describe('a server without ranges', () => {
  test.each([true, false])('is an error where nothing else is said (length announced: %s)', async (announced) => {
    const { url, requests } = await startServer(whole(announced));
    await expect(openHttpSource(url)).rejects.toMatchObject({
      code: 'unsupported',
      url: url.href,
      message: expect.stringContaining('the server must serve ranges, found the whole file'),
    });
    expect(requests).toHaveLength(1);
  });

  test.each([true, false])('gives the whole file up to a limit (length announced: %s)', async (announced) => {
    const { url } = await startServer(whole(announced));
    const source = await openTestSource(url, { wholeFileLimit: 300_000 });
    expect(source).toMatchObject({ size: 300_000, ranges: false, transfer: { bytes: 300_000, requests: 1 } });
    expect(Buffer.compare(await source.read(0, 300_000), CONTENT)).toBe(0);
    expect(Buffer.compare(await source.read(299_999, 1), CONTENT.subarray(299_999))).toBe(0);
    expect(source.transfer.requests).toBe(1);
  });

  test('gives nothing of a file that is announced to be larger', async () => {
    const { answer, left } = endless({ 'Content-Length': '300001' });
    const { url } = await startServer(answer);
    await expect(openHttpSource(url, { wholeFileLimit: 300_000 })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('at most 300000 bytes (wholeFileLimit), found 300001'),
    });
    await left;
  });

  test('has its body cancelled, unread, where the file is announced to be larger', async () => {
    const pull = vi.fn();
    const cancel = vi.fn();
    const body = new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
    const fetch = async () => new Response(body, { status: 200, headers: { 'Content-Length': '11' } });
    const options = { wholeFileLimit: 10, fetch };
    await expect(openHttpSource('http://example.org/', options)).rejects.toMatchObject({ code: 'unsupported' });
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(pull).not.toHaveBeenCalled();
  });

  test('is left as soon as the file turns out to be larger', async () => {
    const { answer, left } = endless({});
    const { url } = await startServer(answer);
    await expect(openHttpSource(url, { wholeFileLimit: 300_000 })).rejects.toMatchObject({ code: 'unsupported' });
    await left;
  });

  test('that packs the file is an error', async () => {
    const { url } = await startServer((_, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(CONTENT);
    });
    await expect(openHttpSource(url, { wholeFileLimit: 300_000 })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('Content-Encoding must be identity, found "gzip"'),
    });
  });

  test('whose connection breaks is asked again, from the start', async () => {
    const { url, requests } = await startServer((request, response, number) => {
      if (number > 0) return whole(true)(request, response, number);
      response.writeHead(200, { 'Content-Length': CONTENT.length });
      response.write(CONTENT.subarray(0, 1000), () => response.destroy());
    });
    const source = await openTestSource(url, { wholeFileLimit: 300_000 });
    expect(Buffer.compare(await source.read(0, 300_000), CONTENT)).toBe(0);
    expect(requests).toHaveLength(2);
  });

  test.each([4, 6])('whose body has not the length that was announced is an error', async (announced) => {
    const fetch = async () => new Response('bytes', { status: 200, headers: { 'Content-Length': String(announced) } });
    const options = { wholeFileLimit: 10, retries: 1, retryDelay: 0, fetch };
    await expect(openHttpSource('http://example.org/', options)).rejects.toMatchObject({
      code: 'io',
      offset: 5,
      message: expect.stringContaining(`body must have ${announced} bytes, found 5 (tried 2 times)`),
    });
  });
});
