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

/** What is known of an inode where the part that depends on its type begins. */
export interface InodeStart {
  readonly header: InodeHeader;
  readonly extended: boolean;
  /** Bytes of a data block, from the superblock. */
  readonly blockSize: number;
}
