/*
 * CRC-64 of ECMA-182: polynomial 0x42f0e1eba9ea3693, bits reversed. Kept in two halves, as numbers have 32 bits to compute with.
 * Source: "The .xz File Format", section 6, in XZ Utils (doc/xz-file-format.txt).
 */

const REVERSED_POLYNOMIAL_LOW = 0xd7870f42;
const REVERSED_POLYNOMIAL_HIGH = 0xc96c5795;

const { low: TABLE_LOW, high: TABLE_HIGH } = makeTables();

/** The CRC of some bytes. */
export function crc64(bytes: Uint8Array): bigint {
  let low = -1;
  let high = -1;
  for (const byte of bytes) {
    const entry = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (TABLE_LOW[entry] as number);
    high = (high >>> 8) ^ (TABLE_HIGH[entry] as number);
  }
  return (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0);
}

function makeTables(): { readonly low: Int32Array; readonly high: Int32Array } {
  const tables = { low: new Int32Array(256), high: new Int32Array(256) };
  for (let byte = 0; byte < 256; byte++) {
    let low = byte;
    let high = 0;
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = low & 1;
      low = ((low >>> 1) | (high << 31)) ^ (isOdd ? REVERSED_POLYNOMIAL_LOW : 0);
      high = (high >>> 1) ^ (isOdd ? REVERSED_POLYNOMIAL_HIGH : 0);
    }
    tables.low[byte] = low;
    tables.high[byte] = high;
  }
  return tables;
}
