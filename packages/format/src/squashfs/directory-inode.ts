/*
 * Directories: where their listing is in the directory table, and, in the extended form, an index that lets a reader
 * begin at a listing's later metadata blocks.
 * Source: struct squashfs_dir_inode, squashfs_ldir_inode and squashfs_dir_index, fs/squashfs/squashfs_fs.h in Linux.
 */
import type { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';
import { type InodeHeader, type InodeStart, NO_XATTRS } from './inode-header.ts';

const BASIC_SIZE = 16;
const EXTENDED_SIZE = 24;
const INDEX_SIZE = 12;
const MAXIMUM_NAME_LENGTH = 256;

/** The size field counts "." and "..", which are not stored, as three bytes. */
const LISTING_BIAS = 3;

/** One step of a directory's index: the listing's first name at or after a place where a metadata block begins. */
export interface DirectoryIndexEntry {
  /** Offset in bytes from the listing's start. */
  readonly position: number;
  /** Start of that place's metadata block, from the directory table's start. */
  readonly block: number;
  readonly name: Uint8Array;
}

interface DirectoryInodeFields {
  readonly type: 'directory';
  /** Where the listing begins: start of its metadata block from the directory table's start. */
  readonly listingBlock: number;
  /** Where the listing begins in that block's content. */
  readonly listingOffset: number;
  /** Length of the listing in bytes. */
  readonly listingLength: number;
  /** 2 and one for each subdirectory. */
  readonly links: number;
  /** Inode number of the directory that this one is in; one past the last inode for the root. */
  readonly parentNumber: number;
  readonly xattrIndex: number;
}

/** A directory as it is written. */
export interface DirectoryInodeBody extends DirectoryInodeFields {
  readonly index: readonly DirectoryIndexEntry[];
}

/** A directory as it is read: its index is left where it is. */
export interface DirectoryInode extends InodeHeader, DirectoryInodeFields {
  /** Steps of the index that follows. */
  readonly indexCount: number;
}

/** Parses what follows the header of a directory's inode; the record's position is at the index then. */
export function parseDirectoryInode(record: RecordReader, { header, extended }: InodeStart): DirectoryInode {
  if (!extended) {
    const listingBlock = record.uint32(); //   16  start_block
    const links = record.uint32(); //          20  nlink
    const size = record.uint16(); //           24  file_size
    const listingOffset = record.uint16(); //  26  offset
    const parentNumber = record.uint32(); //   28  parent_inode
    const listingLength = Math.max(0, size - LISTING_BIAS);
    const place = { listingBlock, listingOffset, listingLength };
    return { ...header, type: 'directory', ...place, links, parentNumber, xattrIndex: NO_XATTRS, indexCount: 0 };
  }
  const links = record.uint32(); //          16  nlink
  const size = record.uint32(); //           20  file_size
  const listingBlock = record.uint32(); //   24  start_block
  const parentNumber = record.uint32(); //   28  parent_inode
  const indexCount = record.uint16(); //     32  i_count
  const listingOffset = record.uint16(); //  34  offset
  const xattrIndex = record.uint32(); //     36  xattr
  const place = { listingBlock, listingOffset, listingLength: Math.max(0, size - LISTING_BIAS) };
  return { ...header, type: 'directory', ...place, links, parentNumber, xattrIndex, indexCount };
}

/**
 * Parses the next step of a directory's index.
 *
 * @throws AppImageError `malformed` for a name above 256 bytes
 */
export function parseIndexEntry(record: RecordReader): DirectoryIndexEntry {
  const start = record.position;
  const position = record.uint32(); //        0  index
  const block = record.uint32(); //           4  start_block
  const nameLength = record.uint32() + 1; //  8  size
  if (nameLength > MAXIMUM_NAME_LENGTH) {
    throw record.malformed(
      `name in directory index must be at most ${MAXIMUM_NAME_LENGTH} bytes, found ${nameLength}`,
      start + 8,
    );
  }
  return { position, block, name: record.bytes(nameLength).slice() }; // 12  name
}

/** Serializes a directory: extended where it has an index, attributes or a listing beyond 64 KiB. */
export function serializeDirectoryBody(body: DirectoryInodeBody): {
  readonly extended: boolean;
  readonly bytes: Uint8Array;
} {
  const size = body.listingLength + LISTING_BIAS;
  const extended = size > 0xffff || body.index.length > 0 || body.xattrIndex !== NO_XATTRS;
  if (!extended) {
    const { bytes } = new RecordWriter(BASIC_SIZE)
      .uint32(body.listingBlock) //   16  start_block
      .uint32(body.links) //          20  nlink
      .uint16(size) //                24  file_size
      .uint16(body.listingOffset) //  26  offset
      .uint32(body.parentNumber); //  28  parent_inode
    return { extended, bytes };
  }
  const indexSize = body.index.reduce((sum, { name }) => sum + INDEX_SIZE + name.length, 0);
  const writer = new RecordWriter(EXTENDED_SIZE + indexSize)
    .uint32(body.links) //          16  nlink
    .uint32(size) //                20  file_size
    .uint32(body.listingBlock) //   24  start_block
    .uint32(body.parentNumber) //   28  parent_inode
    .uint16(body.index.length) //   32  i_count
    .uint16(body.listingOffset) //  34  offset
    .uint32(body.xattrIndex); //    36  xattr
  for (const { position, block, name } of body.index) {
    writer
      .uint32(position) //            0  index
      .uint32(block) //               4  start_block
      .uint32(name.length - 1) //     8  size
      .set(name); //                 12  name
  }
  return { extended, bytes: writer.bytes };
}
