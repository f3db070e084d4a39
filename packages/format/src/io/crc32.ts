/*
 * CRC-32 of IEEE 802.3: polynomial 0x04c11db7, bits reversed. ZIP, gzip, PNG and xz have it.
 * Source: "The .xz File Format", section 6, in XZ Utils (doc/xz-file-format.txt).
 */

const REVERSED_POLYNOMIAL = 0xedb88320;

/** Four tables of 256: what a byte does to the CRC, and what it does when one, two or three more follow it. */
const TABLE = makeTable();

/** The CRC of some bytes, as an unsigned number of 32 bits; `previous` is that of the bytes before these. */
export function crc32(bytes: Uint8Array, previous = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const wordsEnd = bytes.length - (bytes.length % 4);
  let crc = ~previous;
  for (let at = 0; at < wordsEnd; at += 4) {
    crc ^= view.getInt32(at, true);
    crc =
      (TABLE[0x300 + (crc & 0xff)] as number) ^
      (TABLE[0x200 + ((crc >>> 8) & 0xff)] as number) ^
      (TABLE[0x100 + ((crc >>> 16) & 0xff)] as number) ^
      (TABLE[crc >>> 24] as number);
  }
  for (let at = wordsEnd; at < bytes.length; at++) {
    crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[at] as number)) & 0xff] as number);
  }
  return ~crc >>> 0;
}

function makeTable(): Int32Array {
  const table = new Int32Array(4 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? REVERSED_POLYNOMIAL : 0);
    table[byte] = crc;
  }
  for (let index = 256; index < table.length; index++) {
    const before = table[index - 256] as number;
    table[index] = (before >>> 8) ^ (table[before & 0xff] as number);
  }
  return table;
}
