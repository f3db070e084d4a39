import { describe, expect, test } from 'vitest';
import { CONTENT, die, FILE } from '../../support/bad-answers.ts';
import { answerRange, type ServedFile, startServer } from '../../support/range-server.ts';
import { noise } from '../../support/trees.ts';
import { openTestSource } from './open-test-source.ts';

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
