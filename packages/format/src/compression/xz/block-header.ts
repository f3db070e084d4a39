/*
 * What stands before the compressed data of a block.
 * Source: "The .xz File Format", section 3.1, in XZ Utils (doc/xz-file-format.txt).
 */
import { crc32 } from '../../io/crc32.ts';
import { isAllZeros } from '../../io/is-all-zeros.ts';
import { RecordReader } from '../../io/record-reader.ts';
import { RecordWriter } from '../../io/record-writer.ts';
import { type Filter, readFilterFlags, serializeLzma2Flags } from './filter-flags.ts';
import { readMultibyteInteger } from './multibyte-integer.ts';
import { requireCrc32 } from './require-crc32.ts';

const CRC_SIZE = 4;

const FILTER_COUNT = 0x03;
const RESERVED = 0x3c;
const HAS_COMPRESSED_SIZE = 0x40;
const HAS_CONTENT_SIZE = 0x80;

export interface BlockHeader {
  /** Bytes of compressed data, where the encoder knew it beforehand. */
  readonly compressedSize: number | undefined;
  /** Bytes of content, where the encoder knew it beforehand. */
  readonly contentSize: number | undefined;
  /** What to undo after LZMA2, the first to be undone first. */
  readonly filters: readonly Filter[];
}

/** The size of a block's header, from its first byte, which is not 0. */
export function blockHeaderSize(firstByte: number): number {
  return (firstByte + 1) * 4;
}

/**
 * Parses a header of {@link blockHeaderSize} bytes; `base` is where it stands, for messages.
 *
 * @throws AppImageError `malformed` when the CRC is wrong or a field breaks the format's rules, `unsupported` for an unknown filter
 */
export function parseBlockHeader(bytes: Uint8Array, base: number): BlockHeader {
  const crcStart = bytes.length - CRC_SIZE;
  const record = new RecordReader(bytes.subarray(0, crcStart), { what: 'xz block header', base });
  const crc = new RecordReader(bytes.subarray(crcStart), { what: 'xz block header', base: base + crcStart }).uint32();
  requireCrc32(record, crc, bytes.subarray(0, crcStart));
  record.skip(1); //              0  Block Header Size
  const flags = record.uint8(); // 1  Block Flags
  if ((flags & RESERVED) !== 0) throw record.malformed(`reserved flags must be 0, found 0x${flags.toString(16)}`, 1);
  // The rest has no fixed place.
  const compressedSize = flags & HAS_COMPRESSED_SIZE ? readMultibyteInteger(record) : undefined;
  const contentSize = flags & HAS_CONTENT_SIZE ? readMultibyteInteger(record) : undefined;
  const count = (flags & FILTER_COUNT) + 1;
  const chain = Array.from({ length: count }, () => readFilterFlags(record));
  if (chain.indexOf(undefined) !== count - 1) {
    throw record.malformed('LZMA2 must be the last filter and only that, found another chain');
  }
  if (!isAllZeros(record.bytes(record.remaining)))
    throw record.malformed('padding must be zeros, found something else');
  const filters = chain.filter((filter) => filter !== undefined).reverse();
  return { compressedSize, contentSize, filters };
}

/** A header that says nothing but that the content went through LZMA2, and needs no larger dictionary than itself. */
export function serializeBlockHeader(contentLength: number): Uint8Array {
  const flags = serializeLzma2Flags(contentLength);
  const size = Math.ceil((2 + flags.length + CRC_SIZE) / 4) * 4;
  const checked = new RecordWriter(size - CRC_SIZE)
    .uint8(size / 4 - 1) //                 0  Block Header Size
    .uint8(0) //                            1  Block Flags
    .set(flags).bytes; //                   2  List of Filter Flags, Header Padding
  return new RecordWriter(size).set(checked).uint32(crc32(checked)).bytes; //       size - 4  CRC32
}
