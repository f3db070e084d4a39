export type { Hasher, Hashes, HashName, StreamHasher } from './hasher.ts';
export { portableHashes } from './portable-hashes.ts';
