/*
 * The end of central directory record: what a ZIP file is read from. Only the archive's comment is behind it.
 * Source: APPNOTE.TXT 6.3.10 of PKWARE, section 4.3.16.
 */
import { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';

/** Without the comment. */
export const END_RECORD_SIZE = 22;

/** "PK", 5, 6 as a little-endian number. */
export const END_RECORD_SIGNATURE = 0x0605_4b50;

/** What 16-bit fields hold whose value is in the Zip64 record. */
export const IN_ZIP64_16 = 0xffff;
/** What 32-bit fields hold whose value is in the Zip64 record, or in the Zip64 field of an entry. */
export const IN_ZIP64_32 = 0xffff_ffff;

/** The record's fields; each may be at its maximum, which says that the Zip64 record has it. */
export interface EndRecord {
  readonly disk: number;
  readonly directoryDisk: number;
  readonly entriesOnDisk: number;
  readonly entryCount: number;
  readonly directorySize: number;
  /** From where the archive thinks that it begins, which is not the start of the file when something was put in front. */
  readonly directoryOffset: number;
  readonly commentLength: number;
}

/**
 * Parses the record without its comment; `base` is where it was found.
 *
 * @throws AppImageError `malformed` for another signature, `out-of-bounds` when it is cut off
 */
export function parseEndRecord(bytes: Uint8Array, base = 0): EndRecord {
  const record = new RecordReader(bytes, { what: 'ZIP end record', base });
  const signature = record.uint32(); //      0  end of central dir signature
  if (signature !== END_RECORD_SIGNATURE) throw record.malformed('signature must be 0x06054b50', 0);
  return {
    disk: record.uint16(), //                4  number of this disk
    directoryDisk: record.uint16(), //       6  number of the disk with the start of the central directory
    entriesOnDisk: record.uint16(), //       8  total number of entries in the central directory on this disk
    entryCount: record.uint16(), //         10  total number of entries in the central directory
    directorySize: record.uint32(), //      12  size of the central directory
    directoryOffset: record.uint32(), //    16  offset of start of central directory
    commentLength: record.uint16(), //      20  .ZIP file comment length
  };
}

/** Serializes the record; the comment is to follow it. */
export function serializeEndRecord(end: EndRecord): Uint8Array {
  return new RecordWriter(END_RECORD_SIZE)
    .uint32(END_RECORD_SIGNATURE) //     0  end of central dir signature
    .uint16(end.disk) //                 4  number of this disk
    .uint16(end.directoryDisk) //        6  number of the disk with the start of the central directory
    .uint16(end.entriesOnDisk) //        8  total number of entries in the central directory on this disk
    .uint16(end.entryCount) //          10  total number of entries in the central directory
    .uint32(end.directorySize) //       12  size of the central directory
    .uint32(end.directoryOffset) //     16  offset of start of central directory
    .uint16(end.commentLength).bytes; // 20  .ZIP file comment length
}
