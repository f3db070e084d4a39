/*
 * Symlinks: the target's bytes follow the fixed part.
 * Source: struct squashfs_symlink_inode, fs/squashfs/squashfs_fs.h in Linux.
 */
import type { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';
import { type InodeHeader, type InodeStart, NO_XATTRS } from './inode-header.ts';

const FIXED_SIZE = 8;

/** A page, which is what the kernel reads. */
const MAXIMUM_TARGET_LENGTH = 4096;

export interface SymlinkInodeBody {
  readonly type: 'symlink';
  readonly links: number;
  readonly target: Uint8Array;
  readonly xattrIndex: number;
}

/** Parses what follows the header of a symlink's inode. */
export function parseSymlinkInode(
  record: RecordReader,
  { header, extended }: InodeStart,
): InodeHeader & SymlinkInodeBody {
  const start = record.position;
  const links = record.uint32(); //                            16  nlink
  const targetLength = record.uint32(); //                     20  symlink_size
  if (targetLength > MAXIMUM_TARGET_LENGTH) {
    throw record.malformed(
      `symlink target must be at most ${MAXIMUM_TARGET_LENGTH} bytes, found ${targetLength}`,
      start + 4,
    );
  }
  const target = record.bytes(targetLength).slice(); //        24  symlink
  const xattrIndex = extended ? record.uint32() : NO_XATTRS; //    xattr
  return { ...header, type: 'symlink', links, target, xattrIndex };
}

/** Serializes a symlink: extended where it has attributes. */
export function serializeSymlinkBody(body: SymlinkInodeBody): {
  readonly extended: boolean;
  readonly bytes: Uint8Array;
} {
  const extended = body.xattrIndex !== NO_XATTRS;
  const writer = new RecordWriter(FIXED_SIZE + body.target.length + (extended ? 4 : 0))
    .uint32(body.links) //          16  nlink
    .uint32(body.target.length) //  20  symlink_size
    .set(body.target); //           24  symlink
  if (extended) writer.uint32(body.xattrIndex); // xattr
  return { extended, bytes: writer.bytes };
}
