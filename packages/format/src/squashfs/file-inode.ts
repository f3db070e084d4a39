/*
 * Regular files. The list of block sizes follows the fixed part: one word for each whole block, and one for the last part
 * unless that is kept in a fragment.
 * Source: struct squashfs_reg_inode and squashfs_lreg_inode, fs/squashfs/squashfs_fs.h in Linux.
 */
import type { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';
import { type InodeHeader, type InodeStart, NO_XATTRS } from './inode-header.ts';

const BASIC_SIZE = 16;
const EXTENDED_SIZE = 40;
const NO_FRAGMENT = 0xffff_ffff;

/** The part of a file that shares a block with the ends of others. */
export interface FragmentPlace {
  /** Index into the fragment table. */
  readonly index: number;
  /** Offset in the fragment block's uncompressed content. */
  readonly offset: number;
}

interface FileInodeFields {
  readonly type: 'file';
  readonly size: number;
  /** Where the first block is, from the image's start; 0 when there is none. */
  readonly blocksStart: number;
  readonly fragment: FragmentPlace | undefined;
  /** Bytes of the file in blocks that are not stored. */
  readonly sparse: number;
  readonly links: number;
  readonly xattrIndex: number;
}

/** A file as it is written. */
export interface FileInodeBody extends FileInodeFields {
  /** Size words as `parseBlockSize` reads them. */
  readonly blockWords: readonly number[] | Uint32Array;
}

/** A file as it is read: the list of its blocks, which can be longer than memory is large, is left where it is. */
export interface FileInode extends InodeHeader, FileInodeFields {
  /** Words in the list that follows. */
  readonly blockCount: number;
}

/** Parses what follows the header of a regular file's inode; the record's position is at the list of blocks then. */
export function parseFileInode(record: RecordReader, start: InodeStart): FileInode {
  return start.extended ? parseExtended(record, start) : parseBasic(record, start);
}

/** Parses the next size words of a list of blocks. */
export function parseBlockWords(record: RecordReader, count: number): Uint32Array {
  const blockWords = new Uint32Array(count);
  for (let index = 0; index < count; index++) blockWords[index] = record.uint32(); // block_list
  return blockWords;
}

/** Serializes a regular file: extended where a field asks for it. */
export function serializeFileBody(body: FileInodeBody): { readonly extended: boolean; readonly bytes: Uint8Array } {
  const extended =
    body.size > 0xffff_ffff ||
    body.blocksStart > 0xffff_ffff ||
    body.links > 1 ||
    body.sparse > 0 ||
    body.xattrIndex !== NO_XATTRS;
  const writer = new RecordWriter((extended ? EXTENDED_SIZE : BASIC_SIZE) + 4 * body.blockWords.length);
  const { index, offset } = body.fragment ?? { index: NO_FRAGMENT, offset: 0 };
  if (extended) {
    writer
      .uint64(body.blocksStart) //  16  start_block
      .uint64(body.size) //         24  file_size
      .uint64(body.sparse) //       32  sparse
      .uint32(body.links) //        40  nlink
      .uint32(index) //             44  fragment
      .uint32(offset) //            48  offset
      .uint32(body.xattrIndex); //  52  xattr
  } else {
    writer
      .uint32(body.blocksStart) //  16  start_block
      .uint32(index) //             20  fragment
      .uint32(offset) //            24  offset
      .uint32(body.size); //        28  file_size
  }
  for (const word of body.blockWords) writer.uint32(word); // block_list
  return { extended, bytes: writer.bytes };
}

function parseBasic(record: RecordReader, { header, blockSize }: InodeStart): FileInode {
  const blocksStart = record.uint32(); //     16  start_block
  const fragmentIndex = record.uint32(); //   20  fragment
  const fragmentOffset = record.uint32(); //  24  offset
  const size = record.uint32(); //            28  file_size
  const fragment = fragmentPlace(fragmentIndex, fragmentOffset);
  const blockCount = countBlocks(size, fragment, blockSize);
  return {
    ...header,
    type: 'file',
    size,
    blocksStart,
    blockCount,
    fragment,
    sparse: 0,
    links: 1,
    xattrIndex: NO_XATTRS,
  };
}

function parseExtended(record: RecordReader, { header, blockSize }: InodeStart): FileInode {
  const blocksStart = record.uint64(); //     16  start_block
  const size = record.uint64(); //            24  file_size
  const sparse = record.uint64(); //          32  sparse
  const links = record.uint32(); //           40  nlink
  const fragmentIndex = record.uint32(); //   44  fragment
  const fragmentOffset = record.uint32(); //  48  offset
  const xattrIndex = record.uint32(); //      52  xattr
  const fragment = fragmentPlace(fragmentIndex, fragmentOffset);
  const blockCount = countBlocks(size, fragment, blockSize);
  return { ...header, type: 'file', size, blocksStart, blockCount, fragment, sparse, links, xattrIndex };
}

function fragmentPlace(index: number, offset: number): FragmentPlace | undefined {
  return index === NO_FRAGMENT ? undefined : { index, offset };
}

function countBlocks(size: number, fragment: FragmentPlace | undefined, blockSize: number): number {
  return fragment === undefined ? Math.ceil(size / blockSize) : Math.floor(size / blockSize);
}
