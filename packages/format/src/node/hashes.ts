import type { Hasher, Hashes, HashName, StreamHasher } from '../hash/hasher.ts';
import { portableHashes } from '../hash/portable-hashes.ts';
import { canStartHashThread, startHashThread } from './hash-thread.ts';

/** MD4 is not among them: OpenSSL 3 has it only where its legacy provider is loaded. */
const NAMES: Readonly<Record<Exclude<HashName, 'MD4'>, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-224': 'sha224',
  'SHA-256': 'sha256',
};

/**
 * Node's own hashes, several times as fast as `portableHashes` where the processor has instructions for them; long
 * streams are hashed on a thread of their own.
 */
export const nodeHashes: Hashes = {
  create: async (name) => (name === 'MD4' ? portableHashes.create(name) : nodeHasher(NAMES[name])),
  ...(canStartHashThread && { createForStream }),
};

async function createForStream(names: readonly HashName[]): Promise<StreamHasher> {
  return startHashThread(
    names.map((name) => {
      if (name === 'MD4') throw new RangeError('Cannot hash stream: MD4 is not among the hashes of Node');
      return NAMES[name];
    }),
  );
}

/** Node's cryptography takes longer to load than most hashes to compute, and most programs never hash anything. */
async function nodeHasher(algorithm: string): Promise<Hasher> {
  const { createHash } = await import('node:crypto');
  let hash = createHash(algorithm);
  return {
    update(bytes) {
      hash.update(bytes);
    },
    digest() {
      const digest = Uint8Array.from(hash.digest()); // a plain array, apart from Node's shared pool
      hash = createHash(algorithm);
      return digest;
    },
  };
}
