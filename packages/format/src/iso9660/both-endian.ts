/*
 * Numbers that are recorded twice, first in little-endian, then in big-endian order.
 * Source: ECMA-119, sections 7.2.3 and 7.3.3.
 */
import type { RecordReader } from '../io/record-reader.ts';
import type { RecordWriter } from '../io/record-writer.ts';

/**
 * A 16-bit number in both orders.
 *
 * @throws AppImageError `malformed` when the two disagree
 */
export function readBothEndian16(record: RecordReader): number {
  const at = record.position;
  const value = record.uint16();
  checkMirrored(record, at, value, swap16(record.uint16()));
  return value;
}

/**
 * A 32-bit number in both orders.
 *
 * @throws AppImageError `malformed` when the two disagree
 */
export function readBothEndian32(record: RecordReader): number {
  const at = record.position;
  const value = record.uint32();
  checkMirrored(record, at, value, swap32(record.uint32()));
  return value;
}

/** Appends a 16-bit number in both orders: 4 bytes. */
export function writeBothEndian16(writer: RecordWriter, value: number): RecordWriter {
  return writer.uint16(value).uint16(swap16(value));
}

/** Appends a 32-bit number in both orders: 8 bytes. */
export function writeBothEndian32(writer: RecordWriter, value: number): RecordWriter {
  return writer.uint32(value).uint32(swap32(value));
}

/** The number whose bytes are in the opposite order. */
export function swap16(value: number): number {
  return ((value & 0xff) << 8) | (value >>> 8);
}

/** The number whose bytes are in the opposite order. */
export function swap32(value: number): number {
  return (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}

function checkMirrored(record: RecordReader, at: number, littleEndian: number, bigEndian: number): void {
  if (littleEndian === bigEndian) return;
  const [first, second] = [littleEndian, bigEndian].map((value) => `0x${value.toString(16)}`);
  throw record.malformed(`number must be the same in both byte orders, found ${first} and ${second}`, at);
}
