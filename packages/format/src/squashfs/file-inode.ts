/*
 * Regular files. The list of block sizes follows the fixed part: one word for each whole block, and one for the last part
 * unless that is kept in a fragment.
 * Source: struct squashfs_reg_inode and squashfs_lreg_inode, fs/squashfs/squashfs_fs.h in Linux.
 */
import { AppImageError } from '../errors.ts';
import { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';
import { INODE_HEADER_SIZE, type InodeContext, NO_XATTRS, type RecordBytes } from './inode-header.ts';

const BASIC_SIZE = 16;
const EXTENDED_SIZE = 40;
const NO_FRAGMENT = 0xffff_ffff;

/** 2 TiB at the usual block size; the list alone takes 64 MiB of memory then. */
const MAXIMUM_BLOCKS = 2 ** 24;

/** The part of a file that shares a block with the ends of others. */
export interface FragmentPlace {
  /** Index into the fragment table. */
  readonly index: number;
  /** Offset in the fragment block's uncompressed content. */
  readonly offset: number;
}

export interface FileInodeBody {
  readonly type: 'file';
  readonly size: number;
  /** Where the first block is, from the image's start; 0 when there is none. */
  readonly blocksStart: number;
  /** Size words as `parseBlockSize` reads them. */
  readonly blockWords: readonly number[] | Uint32Array;
  readonly fragment: FragmentPlace | undefined;
  /** Bytes of the file in blocks that are not stored. */
  readonly sparse: number;
  readonly links: number;
  readonly xattrIndex: number;
}

/** Parses what follows the common header of a regular file's inode. */
export async function parseFileBody(
  extended: boolean,
  take: RecordBytes,
  { blockSize, what, lists = true }: InodeContext,
): Promise<FileInodeBody> {
  const start = INODE_HEADER_SIZE;
  const end = start + (extended ? EXTENDED_SIZE : BASIC_SIZE);
  const record = new RecordReader((await take(end)).subarray(start), { what });
  const fields = extended ? parseExtended(record) : parseBasic(record);
  const { fragmentIndex, fragmentOffset, ...rest } = fields;
  const fragment = fragmentIndex === NO_FRAGMENT ? undefined : { index: fragmentIndex, offset: fragmentOffset };
  const blockCount = fragment ? Math.floor(rest.size / blockSize) : Math.ceil(rest.size / blockSize);
  if (blockCount > MAXIMUM_BLOCKS) {
    throw new AppImageError(
      'limit',
      `Cannot parse ${what}: file must have at most ${MAXIMUM_BLOCKS} blocks, found ${blockCount}`,
    );
  }
  if (!lists) return { type: 'file', ...rest, fragment, blockWords: [] };
  const listed = await take(end + 4 * blockCount);
  const list = new RecordReader(listed.subarray(end), { what });
  const blockWords = new Uint32Array(blockCount);
  for (let index = 0; index < blockCount; index++) blockWords[index] = list.uint32(); // block_list
  return { type: 'file', ...rest, fragment, blockWords };
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

function parseBasic(record: RecordReader) {
  const blocksStart = record.uint32(); //     16  start_block
  const fragmentIndex = record.uint32(); //   20  fragment
  const fragmentOffset = record.uint32(); //  24  offset
  const size = record.uint32(); //            28  file_size
  return { blocksStart, fragmentIndex, fragmentOffset, size, sparse: 0, links: 1, xattrIndex: NO_XATTRS };
}

function parseExtended(record: RecordReader) {
  const blocksStart = record.uint64(); //     16  start_block
  const size = record.uint64(); //            24  file_size
  const sparse = record.uint64(); //          32  sparse
  const links = record.uint32(); //           40  nlink
  const fragmentIndex = record.uint32(); //   44  fragment
  const fragmentOffset = record.uint32(); //  48  offset
  const xattrIndex = record.uint32(); //      52  xattr
  return { blocksStart, size, sparse, links, fragmentIndex, fragmentOffset, xattrIndex };
}
