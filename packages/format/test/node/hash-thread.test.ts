import { expect, test } from 'vitest';
import { startHashThread } from '../../src/node/hash-thread.ts';

test('a thread for hashes that fails is io, with what it failed with', async () => {
  await using hasher = startHashThread(['no-such-hash']);
  const failure = hasher.digest();
  await expect(failure).rejects.toMatchObject({
    name: 'AppImageError',
    code: 'io',
    message: expect.stringMatching(/^Cannot hash stream: its thread has failed with /),
    cause: expect.any(Error),
  });
});

test('one that has ended before its work is io', async () => {
  const hasher = startHashThread(['md5']);
  await hasher[Symbol.asyncDispose]();
  await expect(hasher.digest()).rejects.toMatchObject({ name: 'AppImageError', code: 'io' });
});
