/*
 * Inodes: a common header of 16 bytes, then what the type needs. Basic types 1 to 7, extended types 8 to 14 with wider
 * fields, link counts or extended attributes.
 * Source: struct squashfs_base_inode and its kin, fs/squashfs/squashfs_fs.h in Linux.
 */
import type { FileType } from '../filesystem/readonly-file-system.ts';
import type { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';
import {
  type DirectoryInode,
  type DirectoryInodeBody,
  parseDirectoryInode,
  serializeDirectoryBody,
} from './directory-inode.ts';
import { type FileInode, type FileInodeBody, parseFileInode, serializeFileBody } from './file-inode.ts';
import { INODE_HEADER_SIZE, type InodeHeader } from './inode-header.ts';
import { type DeviceInodeBody, type IpcInodeBody, parseSpecialInode, serializeSpecialBody } from './special-inode.ts';
import { parseSymlinkInode, type SymlinkInodeBody, serializeSymlinkBody } from './symlink-inode.ts';

/** Basic inode types by their numbers 1 to 7; the extended type is the number + 7. */
const TYPES: readonly FileType[] = [
  'directory',
  'file',
  'symlink',
  'block-device',
  'character-device',
  'fifo',
  'socket',
];

type UnlistedInodeBody = SymlinkInodeBody | DeviceInodeBody | IpcInodeBody;

export type InodeBody = DirectoryInodeBody | FileInodeBody | UnlistedInodeBody;

/** An inode as it is written, with the list behind it. */
export type InodeInput = InodeHeader & InodeBody;

/**
 * An inode as it is read, without the list behind it: the blocks of a file, the index of a directory. An image chooses how long
 * these are, for each of its names anew, and most of its readers do not need them.
 */
export type Inode = DirectoryInode | FileInode | (InodeHeader & UnlistedInodeBody);

/**
 * Parses the inode at the record's position, which is at the list behind it then, where it has one.
 *
 * @throws AppImageError `malformed` for an unknown type or fields that break the format's rules
 */
export function parseInode(record: RecordReader, blockSize: number): Inode {
  const at = record.position;
  const typeNumber = record.uint16(); //     0  inode_type
  const mode = record.uint16() & 0o7777; //  2  mode
  const uidIndex = record.uint16(); //       4  uid
  const gidIndex = record.uint16(); //       6  guid
  const mtime = record.uint32(); //          8  mtime
  const number = record.uint32(); //        12  inode_number
  const extended = typeNumber > TYPES.length;
  const type = TYPES[(extended ? typeNumber - TYPES.length : typeNumber) - 1];
  if (type === undefined) throw record.malformed(`inode type must be 1 to 14, found ${typeNumber}`, at);
  const inodeStart = { header: { mode, uidIndex, gidIndex, mtime, number }, extended, blockSize };
  switch (type) {
    case 'directory':
      return parseDirectoryInode(record, inodeStart);
    case 'file':
      return parseFileInode(record, inodeStart);
    case 'symlink':
      return parseSymlinkInode(record, inodeStart);
    default:
      return parseSpecialInode(record, type, inodeStart);
  }
}

/** Serializes an inode, in the smallest of its types that can hold it. */
export function serializeInode(inode: InodeInput): Uint8Array {
  const { extended, bytes } = serializeBody(inode);
  return new RecordWriter(INODE_HEADER_SIZE + bytes.length)
    .uint16(inodeTypeNumber(inode.type) + (extended ? TYPES.length : 0)) // 0  inode_type
    .uint16(inode.mode) // 2  mode
    .uint16(inode.uidIndex) // 4  uid
    .uint16(inode.gidIndex) // 6  guid
    .uint32(inode.mtime) // 8  mtime
    .uint32(inode.number) // 12  inode_number
    .set(bytes).bytes;
}

/** The basic type's number, as inodes and directory entries write it. */
export function inodeTypeNumber(type: FileType): number {
  return TYPES.indexOf(type) + 1;
}

/** The type of a basic type's number, `undefined` where there is none. */
export function inodeTypeByNumber(number: number): FileType | undefined {
  return TYPES[number - 1];
}

function serializeBody(body: InodeBody): { readonly extended: boolean; readonly bytes: Uint8Array } {
  switch (body.type) {
    case 'directory':
      return serializeDirectoryBody(body);
    case 'file':
      return serializeFileBody(body);
    case 'symlink':
      return serializeSymlinkBody(body);
    default:
      return serializeSpecialBody(body);
  }
}
