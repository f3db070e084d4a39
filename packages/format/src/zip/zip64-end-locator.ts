/*
 * The Zip64 end of central directory locator, which stands right before the end record and says where the Zip64 one is.
 * Source: APPNOTE.TXT 6.3.10 of PKWARE, section 4.3.15.
 */
import { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';

export const ZIP64_END_LOCATOR_SIZE = 20;

/** "PK", 6, 7 as a little-endian number. */
const SIGNATURE = 0x0706_4b50;

/** The locator's fields. */
export interface Zip64EndLocator {
  readonly recordDisk: number;
  /** From where the archive thinks that it begins. */
  readonly recordOffset: number;
  readonly diskCount: number;
}

/**
 * Parses a locator; undefined where there is none.
 *
 * @throws AppImageError `malformed` for an offset above 2^53 - 1, `out-of-bounds` when it is cut off
 */
export function parseZip64EndLocator(bytes: Uint8Array, base = 0): Zip64EndLocator | undefined {
  const record = new RecordReader(bytes, { what: 'Zip64 end locator', base });
  if (record.uint32() !== SIGNATURE) return undefined; //  0  signature
  return {
    recordDisk: record.uint32(), //                        4  number of the disk with the Zip64 end record
    recordOffset: record.uint64(), //                      8  relative offset of the Zip64 end record
    diskCount: record.uint32(), //                        16  total number of disks
  };
}

/** Serializes a locator. */
export function serializeZip64EndLocator(locator: Zip64EndLocator): Uint8Array {
  return new RecordWriter(ZIP64_END_LOCATOR_SIZE)
    .uint32(SIGNATURE) //                 0  signature
    .uint32(locator.recordDisk) //        4  number of the disk with the Zip64 end record
    .uint64(locator.recordOffset) //      8  relative offset of the Zip64 end record
    .uint32(locator.diskCount).bytes; // 16  total number of disks
}
