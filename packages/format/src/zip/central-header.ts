/*
 * A file header in the central directory: one for each entry, with everything that is known about it.
 * Source: APPNOTE.TXT 6.3.10 of PKWARE, section 4.3.12.
 */
import type { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';

/** Without name, extra fields and comment. */
export const CENTRAL_HEADER_SIZE = 46;

/** "PK", 1, 2 as a little-endian number. */
const SIGNATURE = 0x0201_4b50;

/** The header's fields as they are stored; sizes and offset may be at their maximum, which says that a Zip64 field has them. */
export interface CentralHeader {
  /** Lower byte: version; upper byte: the system whose attributes are in `externalAttributes`, 3 for Unix. */
  readonly versionMadeBy: number;
  readonly versionNeeded: number;
  /** See `ZipFlag`. */
  readonly flags: number;
  /** See `ZipMethod`. */
  readonly method: number;
  readonly dosTime: number;
  readonly dosDate: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  readonly disk: number;
  readonly internalAttributes: number;
  /** Of Unix: the mode with the file's type in the upper 16 bits. */
  readonly externalAttributes: number;
  /** From where the archive thinks that it begins. */
  readonly localHeaderOffset: number;
  readonly name: Uint8Array;
  readonly extra: Uint8Array;
  readonly comment: Uint8Array;
}

/**
 * Parses the next header of a directory.
 *
 * @throws AppImageError `malformed` for another signature, `out-of-bounds` when it is cut off
 */
export function parseCentralHeader(record: RecordReader): CentralHeader {
  const start = record.position;
  const signature = record.uint32(); //             0  central file header signature
  if (signature !== SIGNATURE) {
    const found = signature.toString(16).padStart(8, '0');
    throw record.malformed(`signature of an entry must be 0x02014b50, found 0x${found}`, start);
  }
  const versionMadeBy = record.uint16(); //         4  version made by
  const versionNeeded = record.uint16(); //         6  version needed to extract
  const flags = record.uint16(); //                 8  general purpose bit flag
  const method = record.uint16(); //               10  compression method
  const dosTime = record.uint16(); //              12  last mod file time
  const dosDate = record.uint16(); //              14  last mod file date
  const crc32 = record.uint32(); //                16  crc-32
  const compressedSize = record.uint32(); //       20  compressed size
  const uncompressedSize = record.uint32(); //     24  uncompressed size
  const nameLength = record.uint16(); //           28  file name length
  const extraLength = record.uint16(); //          30  extra field length
  const commentLength = record.uint16(); //        32  file comment length
  const disk = record.uint16(); //                 34  disk number start
  const internalAttributes = record.uint16(); //   36  internal file attributes
  const externalAttributes = record.uint32(); //   38  external file attributes
  const localHeaderOffset = record.uint32(); //    42  relative offset of local header
  return {
    versionMadeBy,
    versionNeeded,
    flags,
    method,
    dosTime,
    dosDate,
    crc32,
    compressedSize,
    uncompressedSize,
    disk,
    internalAttributes,
    externalAttributes,
    localHeaderOffset,
    name: record.bytes(nameLength),
    extra: record.bytes(extraLength),
    comment: record.bytes(commentLength),
  };
}

/** Serializes a header with its name, extra fields and comment. */
export function serializeCentralHeader(header: CentralHeader): Uint8Array {
  const { name, extra, comment } = header;
  return new RecordWriter(CENTRAL_HEADER_SIZE + name.length + extra.length + comment.length)
    .uint32(SIGNATURE) //                  0  central file header signature
    .uint16(header.versionMadeBy) //       4  version made by
    .uint16(header.versionNeeded) //       6  version needed to extract
    .uint16(header.flags) //               8  general purpose bit flag
    .uint16(header.method) //             10  compression method
    .uint16(header.dosTime) //            12  last mod file time
    .uint16(header.dosDate) //            14  last mod file date
    .uint32(header.crc32) //              16  crc-32
    .uint32(header.compressedSize) //     20  compressed size
    .uint32(header.uncompressedSize) //   24  uncompressed size
    .uint16(name.length) //               28  file name length
    .uint16(extra.length) //              30  extra field length
    .uint16(comment.length) //            32  file comment length
    .uint16(header.disk) //               34  disk number start
    .uint16(header.internalAttributes) // 36  internal file attributes
    .uint32(header.externalAttributes) // 38  external file attributes
    .uint32(header.localHeaderOffset) //  42  relative offset of local header
    .set(name)
    .set(extra)
    .set(comment).bytes;
}
