/*
 * A number in 1 to 9 bytes: 7 bits a byte, the lowest first, the highest bit set on all but the last.
 * Source: "The .xz File Format", section 1.2, in XZ Utils (doc/xz-file-format.txt).
 */
import type { RecordReader } from '../../io/record-reader.ts';

const MOST_BYTES = 9;

/**
 * Reads a number.
 *
 * @throws AppImageError `malformed` for one that could be shorter, or is above 2^53 - 1
 */
export function readMultibyteInteger(record: RecordReader): number {
  const start = record.position;
  let value = 0;
  for (let index = 0; index < MOST_BYTES; index++) {
    const byte = record.uint8();
    value += (byte & 0x7f) * 2 ** (7 * index);
    if ((byte & 0x80) !== 0) continue;
    if (byte === 0 && index > 0) throw record.malformed('number must not end with a byte of zero, found one', start);
    if (!Number.isSafeInteger(value)) throw record.malformed(`number must be below 2^53, found ${value}`, start);
    return value;
  }
  throw record.malformed(`number must end within ${MOST_BYTES} bytes, found that it goes on`, start);
}

/** The mirror of {@link readMultibyteInteger}. */
export function serializeMultibyteInteger(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Uint8Array.of(...bytes, rest);
}
