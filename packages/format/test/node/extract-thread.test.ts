import { expect, test } from 'vitest';
import type { CompressionName } from '../../src/compression/codec.ts';
import { ExtractThread } from '../../src/node/extract-thread.ts';

const setup = { root: '/nowhere', image: { descriptor: -1, offset: 0 }, umask: 0 };

test('a thread for extraction that fails is io, with what it failed with', async () => {
  const thread = new ExtractThread({ setup, compression: 'no such method' as CompressionName });
  await expect(thread.write([])).rejects.toMatchObject({
    name: 'AppImageError',
    code: 'io',
    message: expect.stringMatching(/^Cannot extract: a thread has failed with /),
    cause: expect.any(Error),
  });
  expect(thread.ready).toBe(false);
  await thread.close();
});

test('one that has ended before its work is io', async () => {
  const thread = new ExtractThread({ setup, compression: 'gzip' });
  const result = thread.write([]);
  const closed = thread.close();
  await expect(result).rejects.toMatchObject({ name: 'AppImageError', code: 'io' });
  await closed;
});
