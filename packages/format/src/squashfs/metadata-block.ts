/*
 * Inodes, directories and tables are kept in metadata blocks: a 16-bit header and at most 8 KiB of content. Bit 15 of the
 * header is set when the content is stored as it is; the lower bits are its length on disk.
 * Source: fs/squashfs/squashfs_fs.h in Linux (SQUASHFS_COMPRESSED_BIT).
 */
import { AppImageError } from '../errors.ts';

export const METADATA_HEADER_SIZE = 2;

/** Bytes of content in every metadata block of a table but the last. */
export const METADATA_BLOCK_SIZE = 8192;

const STORED = 0x8000;

export interface MetadataHeader {
  /** Bytes on disk after the header. */
  readonly length: number;
  readonly compressed: boolean;
}

/**
 * Parses a header; `offset` is where it stands, for messages.
 *
 * @throws AppImageError `malformed` for a length of 0 or above 8 KiB
 */
export function parseMetadataHeader(word: number, offset: number): MetadataHeader {
  const length = word & (STORED - 1);
  if (length === 0 || length > METADATA_BLOCK_SIZE) {
    throw new AppImageError(
      'malformed',
      `Cannot parse SquashFS metadata block: length must be 1 to ${METADATA_BLOCK_SIZE} bytes, found ${length}`,
      { offset },
    );
  }
  return { length, compressed: (word & STORED) === 0 };
}

/** Serializes a header. */
export function serializeMetadataHeader({ length, compressed }: MetadataHeader): number {
  return compressed ? length : length | STORED;
}

/** A place in a metadata table: where its block starts, counted from the table's start, and the offset in its content. */
export interface MetadataReference {
  readonly block: number;
  readonly offset: number;
}

/** Unpacks a 64-bit reference (48 bits used): `block << 16 | offset`. */
export function parseMetadataReference(reference: bigint): MetadataReference {
  return { block: Number(reference >> 16n), offset: Number(reference & 0xffffn) };
}

/** Packs a reference into 64 bits. */
export function serializeMetadataReference({ block, offset }: MetadataReference): bigint {
  return (BigInt(block) << 16n) | BigInt(offset);
}
