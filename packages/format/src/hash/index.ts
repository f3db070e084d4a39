export { DIGEST_SIZE, type Hasher, type Hashes, type HashName, type StreamHasher } from './hasher.ts';
export { portableHashes } from './portable-hashes.ts';
