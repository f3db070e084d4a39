/*
 * What all inodes share.
 * Source: struct squashfs_base_inode, fs/squashfs/squashfs_fs.h in Linux.
 */

export const INODE_HEADER_SIZE = 16;

/** The index of the xattr table that says "none". */
export const NO_XATTRS = 0xffff_ffff;

/** The header that all inodes begin with. */
export interface InodeHeader {
  /** Permission bits, 0o0000 to 0o7777. */
  readonly mode: number;
  /** Index into the id table. */
  readonly uidIndex: number;
  /** Index into the id table. */
  readonly gidIndex: number;
  readonly mtime: number;
  /** Number of the inode, from 1 on. */
  readonly number: number;
}

/** The bytes of an inode's record, from its start on, however many it turns out to need. */
export type RecordBytes = (length: number) => Promise<Uint8Array>;

/** What the rest of an inode's record depends on. */
export interface InodeContext {
  readonly blockSize: number;
  /** Names the inode in messages. */
  readonly what: string;
  /**
   * Whether the lists behind the fixed part are read: the blocks of a file, the index of a directory. An image chooses how long
   * they are, for each of its names anew, so who needs no more than the fixed part leaves them out. Default true.
   */
  readonly lists?: boolean;
}
