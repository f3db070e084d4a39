import type { Hashes, HashName, StreamHasher } from './hasher.ts';

/** From how many bytes on a second thread pays for its start. */
const LONG_STREAM = 16 * 1_048_576;

/**
 * Hashes a stream of about `length` bytes by several functions, on another thread where that is worth it and can be
 * had.
 */
export async function hashStream(hashes: Hashes, names: readonly HashName[], length: number): Promise<StreamHasher> {
  if (length >= LONG_STREAM && hashes.createForStream) return hashes.createForStream(names);
  const hashers = await Promise.all(names.map((name) => hashes.create(name)));
  return {
    async update(bytes) {
      for (const hasher of hashers) hasher.update(bytes);
    },
    digest: async () => hashers.map((hasher) => hasher.digest()),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
