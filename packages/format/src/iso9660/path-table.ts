/*
 * The path table: every directory of a volume in short, once in each byte order. What reads here goes without it.
 * Source: ECMA-119, section 9.4.
 */
import type { ByteOrder } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';

const PATH_TABLE_RECORD_SIZE = 8;

/** A directory in the path table. */
export interface PathTableRecord {
  readonly identifier: Uint8Array;
  /** Its first sector. */
  readonly extentLocation: number;
  /** Number of the record, from 1 on, of the directory that has it; the root's is its own. */
  readonly parentNumber: number;
}

/** Bytes of a table of directories with identifiers of these lengths. */
export function pathTableSize(identifierLengths: readonly number[]): number {
  return identifierLengths.reduce((sum, length) => sum + PATH_TABLE_RECORD_SIZE + length + (length % 2), 0);
}

/** Serializes the records, which must be in the order of their depth, then of their parents' numbers, then of their names. */
export function serializePathTable(records: readonly PathTableRecord[], byteOrder: ByteOrder): Uint8Array {
  const writer = new RecordWriter(pathTableSize(records.map(({ identifier }) => identifier.length)), byteOrder);
  for (const { identifier, extentLocation, parentNumber } of records) {
    writer
      .uint8(identifier.length) //       0  Length of Directory Identifier
      .uint8(0) //                       1  Extended Attribute Record Length
      .uint32(extentLocation) //         2  Location of Extent
      .uint16(parentNumber) //           6  Parent Directory Number
      .set(identifier); //               8  Directory Identifier
    if (identifier.length % 2 === 1) writer.uint8(0); // Padding Field
  }
  return writer.bytes;
}
