/*
 * PNG, third edition, 5.2 "PNG signature" and 11.2.1 "IHDR": https://www.w3.org/TR/png-3/
 */
import { RecordReader } from '../../io/record-reader.ts';
import { checkedSize, type IconSize, startsWith } from './icon-description.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]; // "\x89PNG\r\n\x1a\n"
const IHDR_LENGTH = 13;
const IHDR_TYPE = 0x49_48_44_52; // "IHDR"
/** The signature and the whole first chunk. */
const HEADER_SIZE = 33;

export function isPng(bytes: Uint8Array): boolean {
  return startsWith(bytes, SIGNATURE);
}

/** The size in the first chunk; `undefined` where that is damaged, so that nobody can show the picture. */
export function parsePngSize(bytes: Uint8Array): IconSize | undefined {
  if (bytes.length < HEADER_SIZE) return undefined;
  const record = new RecordReader(bytes, { what: 'PNG', byteOrder: 'big-endian' });
  record.skip(8); //                     0  signature
  const length = record.uint32(); //     8  Length
  const type = record.uint32(); //      12  Chunk type
  const width = record.uint32(); //     16  Width
  const height = record.uint32(); //    20  Height
  record.skip(5); //                    24  Bit depth, Color type, Compression, Filter, Interlace method
  const checksum = record.uint32(); //  29  CRC
  if (length !== IHDR_LENGTH || type !== IHDR_TYPE || crc32(bytes.subarray(12, 29)) !== checksum) return undefined;
  const size = checkedSize(width, height);
  return size.width === null || size.height === null ? undefined : size;
}

/** The CRC of PNG, 5.5; bit by bit, because it is only ever taken of seventeen bytes. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}
