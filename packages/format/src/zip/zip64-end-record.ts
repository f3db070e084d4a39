/*
 * The Zip64 end of central directory record: the end record again, with fields of 64 bits.
 * Source: APPNOTE.TXT 6.3.10 of PKWARE, section 4.3.14.
 */
import { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';

/** Without the extensible data, which nobody writes. */
export const ZIP64_END_RECORD_SIZE = 56;

/** "PK", 6, 6 as a little-endian number. */
export const ZIP64_END_RECORD_SIGNATURE = 0x0606_4b50;

/** Bytes of the record that its own size does not count: the signature and the size. */
const NOT_COUNTED = 12;

/** The record's fields. */
export interface Zip64EndRecord {
  /** Bytes of the whole record, with the extensible data. */
  readonly size: number;
  readonly versionMadeBy: number;
  readonly versionNeeded: number;
  readonly disk: number;
  readonly directoryDisk: number;
  readonly entriesOnDisk: number;
  readonly entryCount: number;
  readonly directorySize: number;
  /** From where the archive thinks that it begins. */
  readonly directoryOffset: number;
}

/**
 * Parses a record.
 *
 * @throws AppImageError `malformed` for another signature, a size that is too small and numbers above 2^53 - 1,
 *   `out-of-bounds` when it is cut off
 */
export function parseZip64EndRecord(bytes: Uint8Array, base = 0): Zip64EndRecord {
  const record = new RecordReader(bytes, { what: 'Zip64 end record', base });
  const signature = record.uint32(); //           0  signature
  const size = record.uint64() + NOT_COUNTED; //  4  size of Zip64 end record, without these first two fields
  if (signature !== ZIP64_END_RECORD_SIGNATURE) throw record.malformed('signature must be 0x06064b50', 0);
  if (size < ZIP64_END_RECORD_SIZE || !Number.isSafeInteger(size)) {
    throw record.malformed(`size must be at least ${ZIP64_END_RECORD_SIZE} bytes, found ${size}`, 4);
  }
  return {
    size,
    versionMadeBy: record.uint16(), //           12  version made by
    versionNeeded: record.uint16(), //           14  version needed to extract
    disk: record.uint32(), //                    16  number of this disk
    directoryDisk: record.uint32(), //           20  number of the disk with the start of the central directory
    entriesOnDisk: record.uint64(), //           24  total number of entries in the central directory on this disk
    entryCount: record.uint64(), //              32  total number of entries in the central directory
    directorySize: record.uint64(), //           40  size of the central directory
    directoryOffset: record.uint64(), //         48  offset of start of central directory
  };
}

/** Serializes a record without extensible data. */
export function serializeZip64EndRecord(end: Zip64EndRecord): Uint8Array {
  return new RecordWriter(ZIP64_END_RECORD_SIZE)
    .uint32(ZIP64_END_RECORD_SIGNATURE) //   0  signature
    .uint64(end.size - NOT_COUNTED) //       4  size of Zip64 end record, without these first two fields
    .uint16(end.versionMadeBy) //           12  version made by
    .uint16(end.versionNeeded) //           14  version needed to extract
    .uint32(end.disk) //                    16  number of this disk
    .uint32(end.directoryDisk) //           20  number of the disk with the start of the central directory
    .uint64(end.entriesOnDisk) //           24  total number of entries in the central directory on this disk
    .uint64(end.entryCount) //              32  total number of entries in the central directory
    .uint64(end.directorySize) //           40  size of the central directory
    .uint64(end.directoryOffset).bytes; //  48  offset of start of central directory
}
