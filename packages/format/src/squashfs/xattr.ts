/*
 * Extended attributes: key and value pairs in metadata blocks, a table that says for each set of them where it is, and a
 * header of that table.
 * Source: struct squashfs_xattr_entry, squashfs_xattr_val, squashfs_xattr_id and squashfs_xattr_id_table,
 * fs/squashfs/squashfs_fs.h in Linux.
 */
import { decodeFileName, encodeFileName } from '../io/file-name.ts';
import type { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';

export const XATTR_SET_SIZE = 16;
export const XATTR_TABLE_HEADER_SIZE = 16;
export const XATTR_ENTRY_SIZE = 4;

/** XATTR_NAME_MAX and XATTR_SIZE_MAX of Linux. */
const MAXIMUM_NAME_LENGTH = 255;
const MAXIMUM_VALUE_LENGTH = 65_536;

/** Name prefixes by the type's number. */
const PREFIXES = ['user.', 'trusted.', 'security.'] as const;

/** Set in an entry's type where the value is a reference to another entry's value. */
const OUT_OF_LINE = 0x0100;

/** Entry of the xattr id table: one set of attributes. */
export interface XattrSet {
  /** Packed reference into the key and value pairs. */
  readonly reference: bigint;
  readonly count: number;
  /**
   * As `mksquashfs` counts it: the bytes of all full names, a NUL behind each, and of all values. Not the length of what is
   * stored; readers need it for nothing.
   */
  readonly size: number;
}

export function parseXattrSet(record: RecordReader): XattrSet {
  const reference = record.bigUint64(); //  0  xattr
  const count = record.uint32(); //         8  count
  const size = record.uint32(); //         12  size
  return { reference, count, size };
}

export function serializeXattrSet(writer: RecordWriter, { reference, count, size }: XattrSet): void {
  writer
    .uint64(reference) //  0  xattr
    .uint32(count) //      8  count
    .uint32(size); //     12  size
}

/** What stands at the superblock's xattr table start, before the pointers to the table's metadata blocks. */
export interface XattrTableHeader {
  /** Where the key and value pairs begin, from the image's start. */
  readonly pairsStart: number;
  readonly setCount: number;
}

export function parseXattrTableHeader(record: RecordReader): XattrTableHeader {
  const pairsStart = record.uint64(); //  0  xattr_table_start
  const setCount = record.uint32(); //    8  xattr_ids
  record.skip(4); //                     12  unused
  return { pairsStart, setCount };
}

export function serializeXattrTableHeader({ pairsStart, setCount }: XattrTableHeader): Uint8Array {
  return new RecordWriter(XATTR_TABLE_HEADER_SIZE)
    .uint64(pairsStart) //  0  xattr_table_start
    .uint32(setCount) //    8  xattr_ids
    .uint32(0).bytes; //   12  unused
}

/** The key of an attribute, before its value. */
export interface XattrKey {
  readonly prefix: string;
  readonly outOfLine: boolean;
  readonly nameLength: number;
}

/**
 * Parses the fixed part of a key; its name follows, then the value's length (32 bits) and the value.
 *
 * @throws AppImageError `malformed` for an unknown prefix
 */
export function parseXattrKey(record: RecordReader): XattrKey {
  const type = record.uint16(); //        0  type
  const nameLength = record.uint16(); //  2  size
  const prefix = PREFIXES[type & 0xff];
  if (prefix === undefined) throw record.malformed(`attribute type must be 0 to 2, found ${type & 0xff}`, 0);
  return { prefix, outOfLine: (type & OUT_OF_LINE) !== 0, nameLength };
}

/** The full name of an attribute. */
export function xattrName({ prefix }: XattrKey, name: Uint8Array): string {
  return prefix + decodeFileName(name);
}

/**
 * Serializes one key and its value.
 *
 * @throws TypeError for a name outside of the three known namespaces
 * @throws RangeError for a name or value that is longer than Linux allows
 */
export function serializeXattr(fullName: string, value: Uint8Array): Uint8Array {
  const type = PREFIXES.findIndex((prefix) => fullName.startsWith(prefix));
  if (type < 0)
    throw new TypeError(`Cannot write attribute ${fullName}: its name must begin with user., trusted. or security.`);
  const prefix = PREFIXES[type] as string;
  const name = encodeFileName(fullName.slice(prefix.length));
  if (prefix.length + name.length > MAXIMUM_NAME_LENGTH || value.length > MAXIMUM_VALUE_LENGTH) {
    throw new RangeError(
      `Cannot write attribute ${fullName}: name and value must be at most ${MAXIMUM_NAME_LENGTH} and ${MAXIMUM_VALUE_LENGTH} bytes, found ${prefix.length + name.length} and ${value.length}`,
    );
  }
  return new RecordWriter(XATTR_ENTRY_SIZE + name.length + 4 + value.length)
    .uint16(type) //          0  type
    .uint16(name.length) //   2  size
    .set(name) //             4  name
    .uint32(value.length) //     vsize
    .set(value).bytes; //        value
}
