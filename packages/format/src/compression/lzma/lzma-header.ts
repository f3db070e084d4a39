/*
 * The header of the "LZMA alone" format, in which SquashFS keeps its blocks: 13 bytes, and the compressed data after them.
 * Source: "The .lzma File Format", section 1.1, in XZ Utils (doc/lzma-file-format.txt).
 */
import { RecordReader } from '../../io/record-reader.ts';
import { type LzmaProperties, MOST_LITERAL_BITS, parseLzmaProperties } from './lzma-properties.ts';

export const LZMA_HEADER_SIZE = 13;

/** What the size holds when only an end marker says where the content ends. */
const UNKNOWN_SIZE = 0xffff_ffff_ffff_ffffn;

export interface LzmaHeader {
  readonly properties: LzmaProperties;
  /** Bytes; what a decoder that works on a stream would keep of the content. */
  readonly dictionarySize: number;
  /** Bytes of content; undefined when an end marker says where it ends. */
  readonly contentLength: number | undefined;
}

/**
 * Parses a header.
 *
 * @throws AppImageError `malformed` for properties or a size that no encoder writes
 */
export function parseLzmaHeader(bytes: Uint8Array): LzmaHeader {
  const record = new RecordReader(bytes, { what: 'LZMA header' });
  const propertiesByte = record.uint8(); //  0  Properties
  const dictionarySize = record.uint32(); // 1  Dictionary Size
  const size = record.bigUint64(); //        5  Uncompressed Size
  const properties = parseLzmaProperties(propertiesByte);
  if (properties === undefined) {
    throw record.malformed(
      `properties must be valid with lc + lp of at most ${MOST_LITERAL_BITS}, found ${propertiesByte}`,
      0,
    );
  }
  if (size === UNKNOWN_SIZE) return { properties, dictionarySize, contentLength: undefined };
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw record.malformed(`size must be below 2^53 bytes, found 0x${size.toString(16)}`, 5);
  }
  return { properties, dictionarySize, contentLength: Number(size) };
}
