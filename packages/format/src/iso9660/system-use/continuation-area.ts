/*
 * CE: where the entries of a record go on that has no room for all of them.
 * Source: System Use Sharing Protocol, section 5.1.
 */
import type { RecordReader } from '../../io/record-reader.ts';
import { readBothEndian32, writeBothEndian32 } from '../both-endian.ts';
import { entryWriter } from './entry.ts';

export const CONTINUATION_ENTRY_SIZE = 28;

/** A stretch of bytes with more entries. */
export interface ContinuationArea {
  /** Logical block. */
  readonly block: number;
  /** Bytes from the start of the block. */
  readonly offset: number;
  readonly length: number;
}

export function parseContinuationArea(record: RecordReader): ContinuationArea {
  const block = readBothEndian32(record); //   4  Block Location of Continuation Area
  const offset = readBothEndian32(record); // 12  Offset to Start of Continuation Area
  const length = readBothEndian32(record); // 20  Length of the Continuation Area
  return { block, offset, length };
}

export function serializeContinuationArea({ block, offset, length }: ContinuationArea): Uint8Array {
  const writer = entryWriter('CE', 24);
  writeBothEndian32(writer, block); //          4  Block Location of Continuation Area
  writeBothEndian32(writer, offset); //        12  Offset to Start of Continuation Area
  return writeBothEndian32(writer, length).bytes; // 20  Length of the Continuation Area
}
