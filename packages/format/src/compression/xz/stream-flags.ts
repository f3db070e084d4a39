/*
 * The two bytes that the header and the footer of a stream share: which check follows each block.
 * Source: "The .xz File Format", section 2.1.1.2, in XZ Utils (doc/xz-file-format.txt).
 */
import type { RecordReader } from '../../io/record-reader.ts';

/** Check ids 0 to 15; the formats of most are not defined yet, their sizes are. */
const CHECK_SIZES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

export interface StreamFlags {
  /** 0 for none, 1 for CRC32, 4 for CRC64, 10 for SHA-256. */
  readonly checkId: number;
  /** Bytes of the check after each block. */
  readonly checkSize: number;
}

/**
 * Reads the flags.
 *
 * @throws AppImageError `malformed` when a reserved bit is set
 */
export function readStreamFlags(record: RecordReader): StreamFlags {
  const start = record.position;
  const reserved = record.uint8(); // 0  (null byte)
  const checkId = record.uint8(); //  1  Type of Check
  const checkSize = CHECK_SIZES[checkId];
  if (reserved !== 0 || checkSize === undefined) {
    const found = `${reserved} and ${checkId}`;
    throw record.malformed(`stream flags must be 0 and a check id of at most 15, found ${found}`, start);
  }
  return { checkId, checkSize };
}

/** The mirror of {@link readStreamFlags}. */
export function serializeStreamFlags({ checkId }: Pick<StreamFlags, 'checkId'>): Uint8Array {
  return Uint8Array.of(0, checkId); // 0  (null byte), 1  Type of Check
}
