/*
 * Volume descriptors: one sector each, from sector 16 on.
 * Source: ECMA-119, sections 8.1 to 8.5.
 */
import { decodeFileName } from '../io/file-name.ts';
import { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';
import { readBothEndian16, readBothEndian32, swap32, writeBothEndian16, writeBothEndian32 } from './both-endian.ts';
import { type DirectoryRecord, parseDirectoryRecord } from './directory-record.ts';
import { parseVolumeDate, writeVolumeDate } from './volume-date.ts';

/** Bytes of a sector, and of a descriptor. */
export const SECTOR_SIZE = 2048;

/** The sector of the first descriptor. */
export const FIRST_DESCRIPTOR_SECTOR = 16;

/** Where the Application Use field begins in the primary volume descriptor. */
export const APPLICATION_USE_FIELD = 883;
export const APPLICATION_USE_SIZE = 512;

/** "CD001" */
const STANDARD_IDENTIFIER = Uint8Array.of(0x43, 0x44, 0x30, 0x30, 0x31);

const ROOT_RECORD_SIZE = 34;

/** Types of descriptors, by their numbers. */
export const DescriptorType = {
  primary: 1,
  supplementary: 2,
  terminator: 255,
} as const;

/** What a primary or supplementary descriptor says of its volume. */
export interface VolumeDescriptor {
  readonly systemId: string;
  readonly volumeId: string;
  /** Logical blocks in the volume. */
  readonly spaceSize: number;
  /** Which characters identifiers are made of; empty in a primary descriptor. */
  readonly escapeSequences: Uint8Array;
  /** Bytes of a logical block: 512, 1024 or 2048. */
  readonly logicalBlockSize: number;
  readonly volumeSetId: string;
  readonly publisherId: string;
  readonly preparerId: string;
  readonly applicationId: string;
  /** Dates in seconds since 1970, UTC; `undefined` where none was recorded. */
  readonly createdAt: number | undefined;
  readonly modifiedAt: number | undefined;
  readonly expiresAt: number | undefined;
  readonly effectiveAt: number | undefined;
  /** 512 bytes for whoever made the volume. */
  readonly applicationUse: Uint8Array;
  readonly rootRecord: DirectoryRecord;
}

/**
 * The number of a descriptor's type.
 *
 * @throws AppImageError `malformed` when it is no volume descriptor
 */
export function parseDescriptorType(bytes: Uint8Array, base: number): number {
  const record = new RecordReader(bytes, { what: 'ISO 9660 volume descriptor', base });
  const type = record.uint8(); //                                 0  Volume Descriptor Type
  const identifier = record.bytes(STANDARD_IDENTIFIER.length); // 1  Standard Identifier
  if (!identifier.every((byte, index) => byte === STANDARD_IDENTIFIER[index])) {
    throw record.malformed(`identifier must be "CD001", found ${JSON.stringify(decodeFileName(identifier))}`, 1);
  }
  return type;
}

/**
 * Parses a primary or supplementary descriptor.
 *
 * @param base where the descriptor starts in the source
 * @throws AppImageError `malformed` when a field breaks the format's rules
 */
export function parseVolumeDescriptor(bytes: Uint8Array, base: number): VolumeDescriptor {
  const record = new RecordReader(bytes, { what: 'ISO 9660 volume descriptor', base });
  record.skip(8); //                                   0  Type, Standard Identifier, Version, Volume Flags
  const systemId = record.bytes(32); //                8  System Identifier
  const volumeId = record.bytes(32); //               40  Volume Identifier
  record.skip(8); //                                  72  Unused Field
  const spaceSize = readBothEndian32(record); //      80  Volume Space Size
  const escapes = record.bytes(32); //                88  Escape Sequences (unused in a primary descriptor)
  readBothEndian16(record); //                       120  Volume Set Size
  readBothEndian16(record); //                       124  Volume Sequence Number
  const logicalBlockSize = readBothEndian16(record); // 128  Logical Block Size
  record.skip(8); //                                 132  Path Table Size
  record.skip(4); //                                 140  Location of Occurrence of Type L Path Table
  record.skip(4); //                                 144  Location of Optional Occurrence of Type L Path Table
  record.skip(4); //                                 148  Location of Occurrence of Type M Path Table
  record.skip(4); //                                 152  Location of Optional Occurrence of Type M Path Table
  const root = record.bytes(ROOT_RECORD_SIZE); //    156  Directory Record for Root Directory
  const volumeSetId = record.bytes(128); //          190  Volume Set Identifier
  const publisherId = record.bytes(128); //          318  Publisher Identifier
  const preparerId = record.bytes(128); //           446  Data Preparer Identifier
  const applicationId = record.bytes(128); //        574  Application Identifier
  record.skip(37); //                                702  Copyright File Identifier
  record.skip(37); //                                739  Abstract File Identifier
  record.skip(37); //                                776  Bibliographic File Identifier
  const createdAt = parseVolumeDate(record); //      813  Volume Creation Date and Time
  const modifiedAt = parseVolumeDate(record); //     830  Volume Modification Date and Time
  const expiresAt = parseVolumeDate(record); //      847  Volume Expiration Date and Time
  const effectiveAt = parseVolumeDate(record); //    864  Volume Effective Date and Time
  record.skip(2); //                                 881  File Structure Version, Reserved
  const applicationUse = record.bytes(APPLICATION_USE_SIZE).slice(); // 883  Application Use

  if (![512, 1024, 2048].includes(logicalBlockSize)) {
    throw record.malformed(`logical block size must be 512, 1024 or 2048 bytes, found ${logicalBlockSize}`, 128);
  }
  const escapeSequences = escapes.subarray(0, escapes.findLastIndex((byte) => byte !== 0) + 1).slice();
  const text = escapeSequences.length > 0 ? decodeWide : decodeIdentifier;
  return {
    systemId: text(systemId),
    volumeId: text(volumeId),
    spaceSize,
    escapeSequences,
    logicalBlockSize,
    volumeSetId: text(volumeSetId),
    publisherId: text(publisherId),
    preparerId: text(preparerId),
    applicationId: text(applicationId),
    createdAt,
    modifiedAt,
    expiresAt,
    effectiveAt,
    applicationUse,
    rootRecord: parseDirectoryRecord(root, base + 156),
  };
}

/** What a primary descriptor that is to be written says; other fields are empty or as they always are. */
export interface PrimaryDescriptorInput {
  readonly volumeId: string;
  readonly applicationId: string;
  /** Sectors. */
  readonly spaceSize: number;
  /** Bytes. */
  readonly pathTableSize: number;
  /** Sectors of the two path tables. */
  readonly littleEndianPathTable: number;
  readonly bigEndianPathTable: number;
  /** The serialized record of the root directory: 34 bytes. */
  readonly rootRecord: Uint8Array;
  /** Seconds since 1970, UTC. */
  readonly createdAt: number;
  /** At most 512 bytes. */
  readonly applicationUse: Uint8Array;
}

/** Serializes a primary descriptor into its sector. */
export function serializePrimaryDescriptor(input: PrimaryDescriptorInput): Uint8Array {
  const writer = new RecordWriter(SECTOR_SIZE)
    .uint8(DescriptorType.primary) //                     0  Volume Descriptor Type
    .set(STANDARD_IDENTIFIER) //                          1  Standard Identifier
    .uint8(1) //                                          6  Volume Descriptor Version
    .uint8(0) //                                          7  Unused Field
    .set(padded('LINUX', 32)) //                          8  System Identifier
    .set(padded(input.volumeId, 32)) //                  40  Volume Identifier
    .set(new Uint8Array(8)); //                          72  Unused Field
  writeBothEndian32(writer, input.spaceSize) //           80  Volume Space Size
    .set(new Uint8Array(32)); //                         88  Unused Field
  writeBothEndian16(writer, 1); //                       120  Volume Set Size
  writeBothEndian16(writer, 1); //                       124  Volume Sequence Number
  writeBothEndian16(writer, SECTOR_SIZE); //             128  Logical Block Size
  writeBothEndian32(writer, input.pathTableSize) //      132  Path Table Size
    .uint32(input.littleEndianPathTable) //             140  Location of Occurrence of Type L Path Table
    .uint32(0) //                                       144  Location of Optional Occurrence of Type L Path Table
    .uint32(swap32(input.bigEndianPathTable)) //        148  Location of Occurrence of Type M Path Table
    .uint32(0) //                                       152  Location of Optional Occurrence of Type M Path Table
    .set(input.rootRecord) //                           156  Directory Record for Root Directory
    .set(padded('', 128)) //                            190  Volume Set Identifier
    .set(padded('', 128)) //                            318  Publisher Identifier
    .set(padded('', 128)) //                            446  Data Preparer Identifier
    .set(padded(input.applicationId, 128)) //           574  Application Identifier
    .set(padded('', 37)) //                             702  Copyright File Identifier
    .set(padded('', 37)) //                             739  Abstract File Identifier
    .set(padded('', 37)); //                            776  Bibliographic File Identifier
  writeVolumeDate(writer, input.createdAt); //           813  Volume Creation Date and Time
  writeVolumeDate(writer, input.createdAt); //           830  Volume Modification Date and Time
  writeVolumeDate(writer, undefined); //                 847  Volume Expiration Date and Time
  return writeVolumeDate(writer, undefined) //           864  Volume Effective Date and Time
    .uint8(1) //                                        881  File Structure Version
    .uint8(0) //                                        882  Reserved
    .set(input.applicationUse).bytes; //                883  Application Use
}

/** The descriptor that ends the set. */
export function serializeTerminator(): Uint8Array {
  return new RecordWriter(SECTOR_SIZE)
    .uint8(DescriptorType.terminator) // 0  Volume Descriptor Type
    .set(STANDARD_IDENTIFIER) //         1  Standard Identifier
    .uint8(1).bytes; //                  6  Volume Descriptor Version
}

/** Text filled up with spaces, which is how identifiers are recorded; the caller has seen to it that it is ASCII. */
function padded(text: string, length: number): Uint8Array {
  return Uint8Array.from(text.padEnd(length), (character) => character.charCodeAt(0));
}

function decodeIdentifier(bytes: Uint8Array): string {
  return trimFilling(decodeFileName(bytes));
}

/** Text of 16 bits a character, as Joliet records it. */
export function decodeWide(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index + 1 < bytes.length; index += 2) {
    text += String.fromCharCode(((bytes[index] as number) << 8) | (bytes[index + 1] as number));
  }
  return trimFilling(text);
}

function trimFilling(text: string): string {
  return text.slice(0, text.search(/[ \0]*$/));
}
