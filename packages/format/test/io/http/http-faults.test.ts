import { describe, expect, test } from 'vitest';
import { isAppImageError } from '../../../src/errors.ts';
import { openHttpSource } from '../../../src/io/http/http-source.ts';
import { CONTENT, die, goodBut, LIES, part } from '../../support/bad-answers.ts';
import { type Answering, ETAG, LAST_MODIFIED, startServer } from '../../support/range-server.ts';
import { openTestSource } from './open-test-source.ts';

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
      code: code === 'not-permitted' ? code : 'io',
      url: url.href,
      message: expect.stringContaining(words),
    });
    expect(requests).toHaveLength(2);
    expect(Buffer.compare(await source.read(200, 100), CONTENT.subarray(200, 300))).toBe(0);
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
