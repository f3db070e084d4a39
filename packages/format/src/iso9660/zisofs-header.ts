/*
 * The start of a compressed file: a header, then pointers to its blocks, in bytes from the start of the header. A block of
 * no length is all zeros.
 * Source: zisofs_format.txt and zisofs2_format.txt of libisofs.
 */
import type { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';

/** Bytes of the header of either version. */
export const ZISOFS_HEADER_SIZES = { 1: 16, 2: 24 } as const;

/** Bytes of a pointer. */
export const ZISOFS_POINTER_SIZES = { 1: 4, 2: 8 } as const;

/** Powers of two of the block sizes that either version knows. */
export const ZISOFS_BLOCK_SHIFTS = { 1: { minimum: 15, maximum: 17 }, 2: { minimum: 15, maximum: 20 } } as const;

const MAGICS = {
  1: Uint8Array.of(0x37, 0xe4, 0x53, 0x96, 0xc9, 0xdb, 0xd6, 0x07),
  2: Uint8Array.of(0xef, 0x22, 0x55, 0xa1, 0xbc, 0x1b, 0x95, 0xa0),
} as const;

/** The only algorithm of version 2 that anybody writes: zlib. */
const ZLIB = 1;

/** What the header says of the file. */
export interface ZisofsHeader {
  /** Bytes of the file when it is decompressed. */
  readonly size: number;
  /** Bytes of the header itself, after which the pointers begin. */
  readonly headerSize: number;
  /** Power of two of the block size. */
  readonly blockShift: number;
}

/**
 * Parses the header of a version.
 *
 * @throws AppImageError `malformed` for another magic
 */
export function parseZisofsHeader(record: RecordReader, version: 1 | 2): ZisofsHeader {
  const expected = MAGICS[version];
  const magic = record.bytes(expected.length); // 0  magic
  if (!magic.every((byte, index) => byte === expected[index])) {
    throw record.malformed(`magic must be that of zisofs version ${version}, found another`, 0);
  }
  return version === 1 ? parseFirst(record) : parseSecond(record);
}

/** Serializes the start of a file of version 1; `pointers` has one more than there are blocks. */
export function serializeZisofsStart(
  header: Omit<ZisofsHeader, 'headerSize'>,
  pointers: readonly number[],
): Uint8Array {
  const writer = new RecordWriter(zisofsStartLength(pointers.length - 1))
    .set(MAGICS[1]) //                     0  magic
    .uint32(header.size) //                8  uncompressed file size
    .uint8(ZISOFS_HEADER_SIZES[1] / 4) // 12  header_size >> 2
    .uint8(header.blockShift) //          13  log2(block_size)
    .uint16(0); //                        14  reserved
  for (const pointer of pointers) writer.uint32(pointer); // 16  block pointers
  return writer.bytes;
}

/** Bytes of header and pointers of a file of version 1 with so many blocks. */
export function zisofsStartLength(blocks: number): number {
  return ZISOFS_HEADER_SIZES[1] + ZISOFS_POINTER_SIZES[1] * (blocks + 1);
}

function parseFirst(record: RecordReader): ZisofsHeader {
  const size = record.uint32(); //          8  uncompressed file size
  const headerSize = record.uint8() * 4; // 12  header_size >> 2
  const blockShift = record.uint8(); //    13  log2(block_size)
  record.skip(2); //                       14  reserved
  return { size, headerSize, blockShift };
}

function parseSecond(record: RecordReader): ZisofsHeader {
  record.skip(1); //                        8  hdr_version
  const headerSize = record.uint8() * 4; //  9  hdr_size
  const algorithm = record.uint8(); //     10  alg_id
  const blockShift = record.uint8(); //    11  hdr_bsize
  const size = record.uint64(); //         12  size
  record.skip(4); //                       20  padding
  if (algorithm !== ZLIB) throw record.malformed(`algorithm must be 1 (zlib), found ${algorithm}`, 10);
  return { size, headerSize, blockShift };
}
