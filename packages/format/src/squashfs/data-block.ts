/*
 * How the size of a data or fragment block is written: bit 24 set when the block is stored as it is, the lower bits its
 * length on disk; 0 for a block of nothing but zeros, which is not stored at all.
 * Source: fs/squashfs/squashfs_fs.h in Linux (SQUASHFS_COMPRESSED_BIT_BLOCK).
 */
import { AppImageError } from '../errors.ts';

const STORED = 0x0100_0000;

/** Where a data block's bytes are, as the block lists of files and the fragment table say it. */
export interface BlockSize {
  /** Bytes on disk; 0 for a sparse block. */
  readonly length: number;
  readonly compressed: boolean;
}

/**
 * Parses a size word; `offset` is where the block starts, for messages.
 *
 * @throws AppImageError `malformed` when the length is above the image's block size, which a compressor never writes
 */
export function parseBlockSize(word: number, blockSize: number, offset: number): BlockSize {
  const length = word & (STORED - 1);
  if (length > blockSize || word > (STORED | (STORED - 1))) {
    throw new AppImageError(
      'malformed',
      `Cannot parse SquashFS block size: length must be at most ${blockSize} bytes, found 0x${word.toString(16)}`,
      { offset },
    );
  }
  return { length, compressed: (word & STORED) === 0 };
}

/** Serializes a size word. */
export function serializeBlockSize({ length, compressed }: BlockSize): number {
  return compressed ? length : length | STORED;
}
