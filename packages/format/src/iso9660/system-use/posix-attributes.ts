/*
 * PX: mode, links, owner and serial number of a file.
 * Source: Rock Ridge Interchange Protocol, section 4.1.1. Version 1.12 added the serial number.
 */
import type { FileType } from '../../filesystem/readonly-file-system.ts';
import type { RecordReader } from '../../io/record-reader.ts';
import { readBothEndian32, writeBothEndian32 } from '../both-endian.ts';
import { entryWriter } from './entry.ts';

export const POSIX_ATTRIBUTES_SIZE = 44;

/** The type bits of `st_mode`. */
const TYPE_BITS: Readonly<Record<FileType, number>> = {
  file: 0o100000,
  directory: 0o040000,
  symlink: 0o120000,
  'block-device': 0o060000,
  'character-device': 0o020000,
  fifo: 0o010000,
  socket: 0o140000,
};
const TYPE_MASK = 0o170000;
const TYPES = new Map(Object.entries(TYPE_BITS).map(([type, bits]) => [bits, type as FileType]));

export interface PosixAttributes {
  readonly type: FileType;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly links: number;
  readonly uid: number;
  readonly gid: number;
  /** Same number, same file; 0 where there is none. */
  readonly serial: number;
}

/** @throws AppImageError `malformed` for a type that is none */
export function parsePosixAttributes(record: RecordReader): PosixAttributes {
  const bits = readBothEndian32(record); //  4  POSIX File Mode
  const links = readBothEndian32(record); // 12  POSIX File Links
  const uid = readBothEndian32(record); //  20  POSIX File User ID
  const gid = readBothEndian32(record); //  28  POSIX File Group ID
  const serial = record.remaining >= 8 ? readBothEndian32(record) : 0; // 36  POSIX File Serial Number
  const type = TYPES.get(bits & TYPE_MASK);
  if (type === undefined) throw record.malformed(`mode must have the bits of a type, found 0o${bits.toString(8)}`, 0);
  return { type, mode: bits & 0o7777, links, uid, gid, serial };
}

export function serializePosixAttributes(attributes: PosixAttributes): Uint8Array {
  const writer = entryWriter('PX', POSIX_ATTRIBUTES_SIZE - 4);
  writeBothEndian32(writer, TYPE_BITS[attributes.type] + attributes.mode); //  4  POSIX File Mode
  writeBothEndian32(writer, attributes.links); //                             12  POSIX File Links
  writeBothEndian32(writer, attributes.uid); //                               20  POSIX File User ID
  writeBothEndian32(writer, attributes.gid); //                               28  POSIX File Group ID
  return writeBothEndian32(writer, attributes.serial).bytes; //               36  POSIX File Serial Number
}
