/*
 * The date of a volume descriptor: 16 digits and an offset from Greenwich.
 * Source: ECMA-119, section 8.4.26.1.
 */
import type { RecordReader } from '../io/record-reader.ts';
import type { RecordWriter } from '../io/record-writer.ts';
import { toSeconds, toSigned } from './directory-date.ts';

export const VOLUME_DATE_SIZE = 17;

const DIGITS = 16;
const ZERO = 0x30;

/** Seconds since 1970, UTC; `undefined` where no date was recorded, or none that can be read. */
export function parseVolumeDate(record: RecordReader): number | undefined {
  const digits = record.bytes(DIGITS); //     0  Year, month, day, hour, minute, second, hundredths
  const offset = toSigned(record.uint8()); // 16  Offset from Greenwich Mean Time
  if (!digits.every((digit) => digit >= ZERO && digit <= ZERO + 9)) return undefined;
  const number = (start: number, end: number) =>
    digits.subarray(start, end).reduce((value, digit) => value * 10 + digit - ZERO, 0);
  const [year, month, day] = [number(0, 4), number(4, 6), number(6, 8)];
  if (year === 0 || month === 0 || day === 0) return undefined;
  return toSeconds([year, month, day, number(8, 10), number(10, 12), number(12, 14)], offset);
}

/** Appends a date in UTC; `undefined` says that there is none. */
export function writeVolumeDate(writer: RecordWriter, seconds: number | undefined): RecordWriter {
  const digits =
    seconds === undefined
      ? '0'.repeat(DIGITS)
      : `${new Date(seconds * 1000).toISOString().slice(0, 19).replaceAll(/\D/g, '')}00`;
  for (const digit of digits) writer.uint8(digit.charCodeAt(0)); //  0  Year to hundredths of a second
  return writer.uint8(0); //                                        16  Offset from Greenwich Mean Time
}
