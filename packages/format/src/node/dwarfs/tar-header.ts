/*
 * A header of a tar archive in the form of GNU tar: names of up to 100 bytes in the header, longer ones in an entry of their
 * own before it, numbers in octal or, where that is too short, in binary.
 * Source: "Basic Tar Format" in the manual of GNU tar; tar(5) of libarchive, "GNU Tar Archives".
 */
import { RecordReader } from '../../io/record-reader.ts';
import { RecordWriter } from '../../io/record-writer.ts';

/** Headers fill a block, and contents are padded to whole ones. */
export const TAR_BLOCK_SIZE = 512;

const MAGIC = 'ustar  \0';

/** First byte of a number in binary: positive, and negative. */
const BINARY = 0x80;
const BINARY_NEGATIVE = 0xff;

/** What entries are, by their type flag. */
export const TarType = {
  file: '0',
  hardLink: '1',
  symlink: '2',
  characterDevice: '3',
  blockDevice: '4',
  directory: '5',
  fifo: '6',
  longTarget: 'K',
  longName: 'L',
} as const;

/** The header's fields. */
export interface TarHeader {
  readonly name: Uint8Array;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content, without the padding behind them. */
  readonly size: number;
  readonly mtime: number;
  /** See {@link TarType}. */
  readonly type: string;
  /** Target of a symlink, or the name of the file that a hard link is of. */
  readonly target: Uint8Array;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
}

/**
 * Parses a header; undefined for a block of zeros, which ends the archive.
 *
 * @throws AppImageError `malformed` for another form of tar, a wrong checksum and numbers that are none
 */
export function parseTarHeader(bytes: Uint8Array, base = 0): TarHeader | undefined {
  if (bytes.every((byte) => byte === 0)) return undefined;
  const record = new RecordReader(bytes, { what: 'tar header', base });
  const name = text(record.bytes(100)); //       0  name
  const mode = number(record, 8); //           100  mode
  const uid = number(record, 8); //            108  uid
  const gid = number(record, 8); //            116  gid
  const size = number(record, 12); //          124  size
  const mtime = number(record, 12); //         136  mtime
  const checksum = number(record, 8); //       148  chksum
  const type = latin1(record.bytes(1)); //     156  typeflag
  const target = text(record.bytes(100)); //   157  linkname
  const magic = latin1(record.bytes(8)); //    257  magic, version
  record.skip(32); //                          265  uname
  record.skip(32); //                          297  gname
  const deviceMajor = number(record, 8); //    329  devmajor
  const deviceMinor = number(record, 8); //    337  devminor
  record.skip(167); //                         345  atime, ctime, parts of sparse files, padding
  if (magic !== MAGIC) throw record.malformed(`magic must be ${JSON.stringify(MAGIC)}`, 257);
  if (checksum !== checksumOf(bytes))
    throw record.malformed(`checksum must be ${checksumOf(bytes)}, found ${checksum}`, 148);
  if (size < 0) throw record.malformed(`size must not be negative, found ${size}`, 124);
  return {
    name,
    mode,
    uid,
    gid,
    size,
    mtime,
    type: type === '\0' ? TarType.file : type,
    target,
    deviceMajor,
    deviceMinor,
  };
}

/** Serializes a header; names of more than 100 bytes are cut off, as those before whom a long name comes. */
export function serializeTarHeader(header: TarHeader): Uint8Array {
  const record = new RecordWriter(TAR_BLOCK_SIZE)
    .set(padded(header.name, 100)) //           0  name
    .set(octal(header.mode, 8)) //            100  mode
    .set(octal(header.uid, 8)) //             108  uid
    .set(octal(header.gid, 8)) //             116  gid
    .set(octal(header.size, 12)) //           124  size
    .set(octal(header.mtime, 12)) //          136  mtime
    .set(ascii('        ')) //                148  chksum
    .set(ascii(header.type)) //               156  typeflag
    .set(padded(header.target, 100)) //       157  linkname
    .set(ascii(MAGIC)) //                     257  magic, version
    .set(new Uint8Array(64)) //               265  uname, gname
    .set(octal(header.deviceMajor, 8)) //     329  devmajor
    .set(octal(header.deviceMinor, 8)); //    337  devminor
  record.bytes.set(octal(checksumOf(record.bytes), 8), 148);
  return record.bytes;
}

/** The sum of all bytes, with blanks in place of the sum itself. */
function checksumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 0x20 : byte), 0);
}

function number(record: RecordReader, length: number): number {
  const at = record.position;
  const bytes = record.bytes(length);
  const [first = 0] = bytes;
  const value = (first & BINARY) === 0 ? octalValue(bytes) : binaryValue(bytes);
  if (Number.isSafeInteger(value)) return value;
  throw record.malformed(`number must be octal, or binary and below 2^53, found ${JSON.stringify(latin1(bytes))}`, at);
}

/** Digits with blanks around them, ended by NUL; nothing at all is zero. */
function octalValue(bytes: Uint8Array): number {
  const digits = latin1(text(bytes)).trim();
  if (digits === '') return 0;
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

function binaryValue(bytes: Uint8Array): number {
  const isNegative = bytes[0] === BINARY_NEGATIVE;
  let value = isNegative ? -1n : BigInt((bytes[0] as number) & ~BINARY);
  for (const byte of bytes.subarray(1)) value = (value << 8n) | BigInt(byte);
  return Number(value);
}

function octal(value: number, length: number): Uint8Array {
  const digits = value.toString(8).padStart(length - 1, '0');
  if (digits.length < length && value >= 0) return ascii(`${digits}\0`);
  const bytes = new Uint8Array(length);
  let rest = BigInt(value);
  for (let at = length - 1; at > 0; at--) {
    bytes[at] = Number(BigInt.asUintN(8, rest));
    rest >>= 8n;
  }
  bytes[0] = value < 0 ? BINARY_NEGATIVE : BINARY;
  return bytes;
}

/** Up to the first NUL. */
function text(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  const field = new Uint8Array(length);
  field.set(bytes.subarray(0, length));
  return field;
}

function ascii(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}
