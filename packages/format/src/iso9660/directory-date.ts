/*
 * The date of a directory record: 7 bytes.
 * Source: ECMA-119, section 9.1.5.
 */
import type { RecordReader } from '../io/record-reader.ts';
import type { RecordWriter } from '../io/record-writer.ts';

export const DIRECTORY_DATE_SIZE = 7;

const FIRST_YEAR = 1900;

/** Offsets from Greenwich are recorded in units of this many seconds. */
const OFFSET_UNIT = 15 * 60;

/** Thirteen hours; what is beyond that Linux ignores. */
const MAXIMUM_OFFSET = 52;

/** Seconds since 1970, UTC; 0 where no date was recorded. Days and hours out of range count on into the next month or day. */
export function parseDirectoryDate(record: RecordReader): number {
  const year = record.uint8() + FIRST_YEAR; // 0  Number of years since 1900
  const month = record.uint8(); //             1  Month of the year
  const day = record.uint8(); //               2  Day of the month
  const hour = record.uint8(); //              3  Hour of the day
  const minute = record.uint8(); //            4  Minute of the hour
  const second = record.uint8(); //            5  Second of the minute
  const offset = toSigned(record.uint8()); //  6  Offset from Greenwich Mean Time
  return toSeconds([year, month, day, hour, minute, second], offset);
}

/** Appends a date in UTC. */
export function writeDirectoryDate(writer: RecordWriter, seconds: number): RecordWriter {
  const date = new Date(seconds * 1000);
  return writer
    .uint8(date.getUTCFullYear() - FIRST_YEAR) // 0  Number of years since 1900
    .uint8(date.getUTCMonth() + 1) //             1  Month of the year
    .uint8(date.getUTCDate()) //                  2  Day of the month
    .uint8(date.getUTCHours()) //                 3  Hour of the day
    .uint8(date.getUTCMinutes()) //               4  Minute of the hour
    .uint8(date.getUTCSeconds()) //               5  Second of the minute
    .uint8(0); //                                 6  Offset from Greenwich Mean Time
}

/** A calendar date that was recorded in a time zone, `offset` quarters of an hour east of Greenwich, as seconds since 1970. */
export function toSeconds(
  [year, month, day, hour, minute, second]: readonly [number, number, number, number, number, number],
  offset: number,
): number {
  if (month === 0 || day === 0) return 0;
  const local = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  return Math.abs(offset) > MAXIMUM_OFFSET ? local : local - offset * OFFSET_UNIT;
}

/** A byte as a number from -128 to 127. */
export function toSigned(byte: number): number {
  return byte < 0x80 ? byte : byte - 0x100;
}
