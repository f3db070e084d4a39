/*
 * A directory record: one file, or one part of it, in a directory.
 * Source: ECMA-119, section 9.1.
 */
import { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';
import { readBothEndian16, readBothEndian32, writeBothEndian16, writeBothEndian32 } from './both-endian.ts';
import { parseDirectoryDate, writeDirectoryDate } from './directory-date.ts';

/** Without the identifier, which has a byte at least. */
const DIRECTORY_RECORD_SIZE = 33;

/** What one byte can say of the length of a record, and even. */
export const MAXIMUM_RECORD_LENGTH = 254;

/** The identifiers of the first two records of every directory: itself, and the one that has it. */
export const SELF_IDENTIFIER: Uint8Array = Uint8Array.of(0);
export const PARENT_IDENTIFIER: Uint8Array = Uint8Array.of(1);

/** Bits of a record's file flags. */
const FileFlag = {
  directory: 0x02,
  associated: 0x04,
  multiExtent: 0x80,
} as const;

/** The fields of a directory record. */
export interface DirectoryRecord {
  /** First logical block. */
  readonly extentLocation: number;
  /** Logical blocks before the data that hold attributes nobody uses. */
  readonly attributeBlocks: number;
  /** Bytes. */
  readonly dataLength: number;
  /** Seconds since 1970, UTC. */
  readonly recordedAt: number;
  readonly directory: boolean;
  /** Whether it is a second fork of the file of the same name. */
  readonly associated: boolean;
  /** Whether the next record goes on with the same file. */
  readonly multiExtent: boolean;
  /** Whether the data is scattered in units with gaps between them. */
  readonly interleaved: boolean;
  readonly identifier: Uint8Array;
  /** What is left of the record: for extensions. */
  readonly systemUse: Uint8Array;
  /** Where `systemUse` begins in the source. */
  readonly systemUseOffset: number;
}

/**
 * Parses one record, which fills `bytes`.
 *
 * @param base where the record starts in the source, for messages
 * @throws AppImageError `malformed` or `out-of-bounds` when a field breaks the format's rules
 */
export function parseDirectoryRecord(bytes: Uint8Array, base: number): DirectoryRecord {
  const record = new RecordReader(bytes, { what: 'ISO 9660 directory record', base });
  record.skip(1); //                                   0  Length of Directory Record (known from the caller)
  const attributeBlocks = record.uint8(); //           1  Extended Attribute Record Length
  const extentLocation = readBothEndian32(record); //  2  Location of Extent
  const dataLength = readBothEndian32(record); //     10  Data Length
  const recordedAt = parseDirectoryDate(record); //   18  Recording Date and Time
  const flags = record.uint8(); //                    25  File Flags
  const unitSize = record.uint8(); //                 26  File Unit Size
  const gapSize = record.uint8(); //                  27  Interleave Gap Size
  readBothEndian16(record); //                        28  Volume Sequence Number (there is one volume)
  const identifierLength = record.uint8(); //         32  Length of File Identifier
  if (identifierLength === 0) throw record.malformed('identifier must have a byte at least, found none', 32);
  const identifier = record.bytes(identifierLength); // 33  File Identifier
  if (identifierLength % 2 === 0 && record.remaining > 0) record.skip(1); // Padding Field
  return {
    extentLocation,
    attributeBlocks,
    dataLength,
    recordedAt,
    directory: (flags & FileFlag.directory) !== 0,
    associated: (flags & FileFlag.associated) !== 0,
    multiExtent: (flags & FileFlag.multiExtent) !== 0,
    interleaved: unitSize !== 0 || gapSize !== 0,
    identifier,
    systemUseOffset: base + record.position,
    systemUse: record.bytes(record.remaining),
  };
}

/** Length of the record without its system use field: always even. */
export function recordLength(identifierLength: number): number {
  return DIRECTORY_RECORD_SIZE + identifierLength + ((identifierLength + 1) % 2);
}

/** What a record that is to be written says; the rest of its fields are zero. */
export type DirectoryRecordInput = Pick<
  DirectoryRecord,
  'extentLocation' | 'dataLength' | 'recordedAt' | 'directory' | 'multiExtent' | 'identifier' | 'systemUse'
>;

/** Serializes a record; `systemUse` must leave it at most {@link MAXIMUM_RECORD_LENGTH} bytes. */
export function serializeDirectoryRecord(input: DirectoryRecordInput): Uint8Array {
  const { identifier, systemUse } = input;
  const unpadded = recordLength(identifier.length) + systemUse.length;
  const length = unpadded + (unpadded % 2);
  const flags = (input.directory ? FileFlag.directory : 0) | (input.multiExtent ? FileFlag.multiExtent : 0);
  const writer = new RecordWriter(length)
    .uint8(length) //                                0  Length of Directory Record
    .uint8(0); //                                    1  Extended Attribute Record Length
  writeBothEndian32(writer, input.extentLocation); //  2  Location of Extent
  writeBothEndian32(writer, input.dataLength); //     10  Data Length
  writeDirectoryDate(writer, input.recordedAt) //     18  Recording Date and Time
    .uint8(flags) //                                 25  File Flags
    .uint8(0) //                                     26  File Unit Size
    .uint8(0); //                                    27  Interleave Gap Size
  writeBothEndian16(writer, 1) //                     28  Volume Sequence Number
    .uint8(identifier.length) //                     32  Length of File Identifier
    .set(identifier); //                             33  File Identifier
  if (identifier.length % 2 === 0) writer.uint8(0); //    Padding Field
  return writer.set(systemUse).bytes; //                  System Use
}
