/*
 * CRC-32 of IEEE 802.3: polynomial 0x04c11db7, bits reversed.
 * Source: "The .xz File Format", section 6, in XZ Utils (doc/xz-file-format.txt).
 */
import type { RecordReader } from '../../io/record-reader.ts';

const REVERSED_POLYNOMIAL = 0xedb88320;

/** Tables for four bytes at a time: of the table after, each byte is the byte before, moved on by one. */
const TABLES = makeTables();

/** The CRC of some bytes, as an unsigned number of 32 bits. */
export function crc32(bytes: Uint8Array): number {
  const [table0, table1, table2, table3] = TABLES;
  const aligned = bytes.length - (bytes.length % 4);
  let crc = -1;
  let index = 0;
  while (index < aligned) {
    crc ^=
      (bytes[index] as number) |
      ((bytes[index + 1] as number) << 8) |
      ((bytes[index + 2] as number) << 16) |
      ((bytes[index + 3] as number) << 24);
    crc =
      (table3[crc & 0xff] as number) ^
      (table2[(crc >>> 8) & 0xff] as number) ^
      (table1[(crc >>> 16) & 0xff] as number) ^
      (table0[crc >>> 24] as number);
    index += 4;
  }
  for (; index < bytes.length; index++) {
    crc = (crc >>> 8) ^ (table0[(crc ^ (bytes[index] as number)) & 0xff] as number);
  }
  return ~crc >>> 0;
}

/**
 * Compares a CRC that a record has with that of the bytes which it is about.
 *
 * @throws AppImageError `malformed` when they differ
 */
export function requireCrc32(record: RecordReader, stored: number, bytes: Uint8Array): void {
  const computed = crc32(bytes);
  if (stored === computed) return;
  throw record.malformed(`CRC must be 0x${computed.toString(16)}, found 0x${stored.toString(16)}`);
}

function makeTables(): [Int32Array, Int32Array, Int32Array, Int32Array] {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? REVERSED_POLYNOMIAL : 0);
    return crc;
  });
  const next = (table: Int32Array) => table.map((crc) => (crc >>> 8) ^ (first[crc & 0xff] as number));
  const second = next(first);
  const third = next(second);
  return [first, second, third, next(third)];
}
