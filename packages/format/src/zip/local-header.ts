/*
 * The local file header, which stands before the data of each entry and says once more what the central one says.
 * Source: APPNOTE.TXT 6.3.10 of PKWARE, section 4.3.7.
 */
import { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';

/** Without name and extra fields. */
export const LOCAL_HEADER_SIZE = 30;

/** "PK", 3, 4 as a little-endian number. */
const SIGNATURE = 0x0403_4b50;

/** The header's fields; the extra fields are left out, as the central header has what is needed of them. */
export interface LocalHeader {
  readonly versionNeeded: number;
  readonly flags: number;
  readonly method: number;
  readonly dosTime: number;
  readonly dosDate: number;
  /** Zero, as the sizes are, where a data descriptor follows the data. */
  readonly crc32: number;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  readonly extraLength: number;
  readonly name: Uint8Array;
}

/**
 * Parses a header with its name; `base` is where it was found.
 *
 * @throws AppImageError `malformed` for another signature, `out-of-bounds` when it is cut off
 */
export function parseLocalHeader(bytes: Uint8Array, base = 0): LocalHeader {
  const record = new RecordReader(bytes, { what: 'ZIP local header', base });
  const signature = record.uint32(); //           0  local file header signature
  if (signature !== SIGNATURE) {
    throw record.malformed(`signature must be 0x04034b50, found 0x${signature.toString(16).padStart(8, '0')}`, 0);
  }
  const versionNeeded = record.uint16(); //       4  version needed to extract
  const flags = record.uint16(); //               6  general purpose bit flag
  const method = record.uint16(); //              8  compression method
  const dosTime = record.uint16(); //            10  last mod file time
  const dosDate = record.uint16(); //            12  last mod file date
  const crc32 = record.uint32(); //              14  crc-32
  const compressedSize = record.uint32(); //     18  compressed size
  const uncompressedSize = record.uint32(); //   22  uncompressed size
  const nameLength = record.uint16(); //         26  file name length
  const extraLength = record.uint16(); //        28  extra field length
  const name = record.bytes(nameLength); //      30  file name
  return {
    versionNeeded,
    flags,
    method,
    dosTime,
    dosDate,
    crc32,
    compressedSize,
    uncompressedSize,
    extraLength,
    name,
  };
}

/** Serializes a header with its name; extra fields of `extraLength` bytes are to follow it. */
export function serializeLocalHeader(header: LocalHeader): Uint8Array {
  return new RecordWriter(LOCAL_HEADER_SIZE + header.name.length)
    .uint32(SIGNATURE) //                  0  local file header signature
    .uint16(header.versionNeeded) //       4  version needed to extract
    .uint16(header.flags) //               6  general purpose bit flag
    .uint16(header.method) //              8  compression method
    .uint16(header.dosTime) //            10  last mod file time
    .uint16(header.dosDate) //            12  last mod file date
    .uint32(header.crc32) //              14  crc-32
    .uint32(header.compressedSize) //     18  compressed size
    .uint32(header.uncompressedSize) //   22  uncompressed size
    .uint16(header.name.length) //        26  file name length
    .uint16(header.extraLength) //        28  extra field length
    .set(header.name).bytes; //           30  file name
}
