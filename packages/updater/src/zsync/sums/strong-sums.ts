import { createHash } from 'node:crypto';
import type { StrongHashName } from '@appimage-js/format';
import { Md4 } from './md4.ts';

/** Hashes a block; what it answers is overwritten by the next call. */
export type StrongHash = (bytes: Uint8Array, start: number, end: number) => Uint8Array;

/** The function behind the strong sums, for blocks of that size. */
export function strongHash(name: StrongHashName, blockSize: number): StrongHash {
  if (name === 'MD4') {
    const md4 = new Md4(blockSize);
    return (bytes, start, end) => md4.hash(bytes, start, end);
  }
  const algorithm = name === 'MD5' ? 'md5' : 'sha224';
  return (bytes, start, end) => createHash(algorithm).update(bytes.subarray(start, end)).digest();
}
