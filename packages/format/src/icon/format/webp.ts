/*
 * WebP: a RIFF file whose first chunk tells the size. https://developers.google.com/speed/webp/docs/riff_container,
 * for VP8 RFC 6386, 9.1, for VP8L https://developers.google.com/speed/webp/docs/webp_lossless_bitstream_specification
 */
import { RecordReader } from '../../io/record-reader.ts';
import { checkedSize, type IconSize, startsWith, UNKNOWN_SIZE } from './icon-description.ts';

const RIFF = [0x52, 0x49, 0x46, 0x46]; // "RIFF"
const WEBP = [0x57, 0x45, 0x42, 0x50]; // "WEBP"
const HEADER_SIZE = 30;
const FOURTEEN_BITS = 0x3fff;
const CHUNK_LOSSY = 0x20_38_50_56; //     "VP8 ", little-endian
const CHUNK_LOSSLESS = 0x4c_38_50_56; //  "VP8L"
const CHUNK_EXTENDED = 0x58_38_50_56; //  "VP8X"

export function isWebp(bytes: Uint8Array): boolean {
  return startsWith(bytes, RIFF) && startsWith(bytes, WEBP, 8);
}

/** The size of the canvas. */
export function parseWebpSize(bytes: Uint8Array): IconSize {
  if (bytes.length < HEADER_SIZE) return UNKNOWN_SIZE;
  const record = new RecordReader(bytes, { what: 'WebP' });
  record.skip(12); //                 0  "RIFF", File Size, "WEBP"
  const chunk = record.uint32(); //  12  Chunk FourCC
  record.skip(4); //                 16  Chunk Size
  if (chunk === CHUNK_LOSSY) return parseLossy(record);
  if (chunk === CHUNK_LOSSLESS) return parseLossless(record);
  return chunk === CHUNK_EXTENDED ? parseExtended(record) : UNKNOWN_SIZE;
}

function parseLossy(record: RecordReader): IconSize {
  record.skip(6); //                                    0  frame tag, start code
  const width = record.uint16() & FOURTEEN_BITS; //     6  width, horizontal scale
  const height = record.uint16() & FOURTEEN_BITS; //    8  height, vertical scale
  return checkedSize(width, height);
}

function parseLossless(record: RecordReader): IconSize {
  record.skip(1); //                0  signature
  const sizes = record.uint32(); // 1  image width - 1, image height - 1, alpha, version
  return checkedSize((sizes & FOURTEEN_BITS) + 1, ((sizes >>> 14) & FOURTEEN_BITS) + 1);
}

function parseExtended(record: RecordReader): IconSize {
  record.skip(4); //                       0  flags, Reserved
  const width = uint24(record) + 1; //     4  Canvas Width Minus One
  const height = uint24(record) + 1; //    7  Canvas Height Minus One
  return checkedSize(width, height);
}

function uint24(record: RecordReader): number {
  return record.uint16() | (record.uint8() << 16);
}
