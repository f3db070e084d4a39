import type { HashName } from '../hash/hasher.ts';
import type { BlockSums, ZsyncHashLengths } from './block-sums.ts';

/** What the strong sums of blocks can be. */
export type StrongHashName = Extract<HashName, 'MD4' | 'MD5' | 'SHA-224'>;

/** All that the strong sums of blocks can be. */
export const STRONG_HASHES: readonly StrongHashName[] = ['MD4', 'MD5', 'SHA-224'];

/** A hash of the whole target. */
export interface ZsyncFileHash {
  /** `SHA-1`, `SHA-256`, or whatever the file says. */
  readonly algorithm: string;
  /** Lower-case hexadecimal digits. */
  readonly digest: string;
}

/** A header that has no meaning here. */
export interface ZsyncHeader {
  readonly name: string;
  readonly value: string;
  /** Whether the file says that clients that do not know the header may ignore it. */
  readonly safe: boolean;
}

/** What a control file says of a compressed variant of the target; the map into that is not kept. */
export interface ZsyncCompressed {
  /** `Z-URL`. */
  readonly urls: readonly string[];
  /** `Z-Filename`. */
  readonly fileName: string | null;
  /** `Recompress`: the gzip header in hexadecimal digits, and options. */
  readonly recompress: string | null;
}

/**
 * The content of a `.zsync` file: how to make a file (the target) from an older one and as few bytes of the new as
 * possible.
 */
export interface ZsyncControl {
  /** `zsync`: the version of the program that wrote it. */
  readonly generator: string;
  /** `Filename`: what the target may be called; never with a slash. */
  readonly fileName: string | null;
  /** `MTime` in seconds since 1970, UTC; null where it is not there or can not be read. */
  readonly mtime: number | null;
  /** `Blocksize` in bytes, a power of two. */
  readonly blockSize: number;
  /** `Length` of the target in bytes; never zero. */
  readonly length: number;
  /** `Hash-Lengths`. */
  readonly hashLengths: ZsyncHashLengths;
  /** `Strong-Hash-Algorithm`. */
  readonly strongHash: StrongHashName;
  /** `URL`: where the target is, as it is written: often relative to the control file. See `resolveZsyncUrls`. */
  readonly urls: readonly string[];
  /** `SHA-1` of the target in 40 lower-case hexadecimal digits. */
  readonly sha1: string | null;
  /** `File-Hash`. */
  readonly fileHashes: readonly ZsyncFileHash[];
  /** Null where nothing is said of a compressed variant. */
  readonly compressed: ZsyncCompressed | null;
  /** All other headers, in their order. */
  readonly otherHeaders: readonly ZsyncHeader[];
  readonly sums: BlockSums;
}

/** The number of blocks in a file; the last one may be short. */
export function zsyncBlockCount({ length, blockSize }: Pick<ZsyncControl, 'length' | 'blockSize'>): number {
  return Math.ceil(length / blockSize);
}

/** Whether a name stays in the directory where the user expects the file. */
export function isPlainFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name);
}
