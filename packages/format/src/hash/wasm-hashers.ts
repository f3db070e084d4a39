/*
 * Apart from `portable-hashes.ts`, so that a bundler loads it when the first hash is asked for, and only these
 * functions of the library.
 */
import { createMD4, createMD5, createSHA1, createSHA224, createSHA256, type IHasher } from 'hash-wasm';
import type { HashName } from './hasher.ts';

/** What the library has for each name. */
export const wasmHashers: Readonly<Record<HashName, () => Promise<IHasher>>> = {
  MD4: createMD4,
  MD5: createMD5,
  'SHA-1': createSHA1,
  'SHA-224': createSHA224,
  'SHA-256': createSHA256,
};
