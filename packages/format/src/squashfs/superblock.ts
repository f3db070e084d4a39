/*
 * The superblock: the first 96 bytes of a SquashFS 4.0 image.
 * Source: "Squashfs 4.0 filesystem", Documentation/filesystems/squashfs.rst and fs/squashfs/squashfs_fs.h in Linux.
 */
import type { CompressionName } from '../compression/codec.ts';
import { AppImageError } from '../errors.ts';
import { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';

/** Bytes of a superblock. */
export const SUPERBLOCK_SIZE = 96;

/** "hsqs", read as a little-endian number. */
const SQUASHFS_MAGIC = 0x73717368;

/** What a table's start holds when the image has no such table. */
const NO_TABLE = 0xffff_ffff_ffff_ffffn;

export const MINIMUM_BLOCK_SIZE = 4096;
export const MAXIMUM_BLOCK_SIZE = 1_048_576;

/** Bits of the superblock's `flags`. */
export const SquashfsFlag = {
  uncompressedInodes: 0x0001,
  uncompressedData: 0x0002,
  uncompressedFragments: 0x0008,
  noFragments: 0x0010,
  alwaysFragments: 0x0020,
  duplicatesRemoved: 0x0040,
  exportable: 0x0080,
  uncompressedXattrs: 0x0100,
  noXattrs: 0x0200,
  compressorOptions: 0x0400,
  uncompressedIds: 0x0800,
} as const;

/** Compressor ids 1 to 6, in the order of their numbers. */
const COMPRESSIONS: readonly CompressionName[] = ['gzip', 'lzma', 'lzo', 'xz', 'lz4', 'zstd'];

/** The superblock's fields; table starts are offsets from the start of the image, `undefined` where there is no table. */
export interface Superblock {
  readonly inodeCount: number;
  /** Time of the image's creation, seconds since 1970. */
  readonly mkfsTime: number;
  /** Power of two, 4 KiB to 1 MiB. */
  readonly blockSize: number;
  readonly fragmentCount: number;
  readonly compression: CompressionName;
  readonly flags: number;
  readonly idCount: number;
  /** Packed reference of the root directory's inode. */
  readonly rootInode: bigint;
  /** Length of the image without padding. */
  readonly bytesUsed: number;
  readonly idTableStart: number;
  readonly xattrTableStart: number | undefined;
  readonly inodeTableStart: number;
  readonly directoryTableStart: number;
  readonly fragmentTableStart: number | undefined;
  readonly exportTableStart: number | undefined;
}

/**
 * Parses and checks a superblock.
 *
 * @throws AppImageError `malformed` when a field breaks the format's rules, `unsupported` for versions other than 4.0
 */
export function parseSuperblock(bytes: Uint8Array): Superblock {
  const record = new RecordReader(bytes, { what: 'SquashFS superblock' });
  const magic = record.uint32(); //                     0  s_magic
  if (magic !== SQUASHFS_MAGIC) {
    throw record.malformed(`magic must be 0x73717368, found 0x${magic.toString(16).padStart(8, '0')}`, 0);
  }
  const inodeCount = record.uint32(); //                4  inodes
  const mkfsTime = record.uint32(); //                  8  mkfs_time
  const blockSize = record.uint32(); //                12  block_size
  const fragmentCount = record.uint32(); //            16  fragments
  const compressionId = record.uint16(); //            20  compression
  const blockLog = record.uint16(); //                 22  block_log
  const flags = record.uint16(); //                    24  flags
  const idCount = record.uint16(); //                  26  no_ids
  const major = record.uint16(); //                    28  s_major
  const minor = record.uint16(); //                    30  s_minor
  const rootInode = record.bigUint64(); //             32  root_inode
  const bytesUsed = record.uint64(); //                40  bytes_used
  const idTableStart = tableStart(record); //          48  id_table_start
  const xattrTableStart = tableStart(record); //       56  xattr_id_table_start
  const inodeTableStart = tableStart(record); //       64  inode_table_start
  const directoryTableStart = tableStart(record); //   72  directory_table_start
  const fragmentTableStart = tableStart(record); //    80  fragment_table_start
  const exportTableStart = tableStart(record); //      88  lookup_table_start

  if (major !== 4 || minor !== 0) {
    throw new AppImageError('unsupported', `Cannot read SquashFS image: version must be 4.0, found ${major}.${minor}`);
  }
  if (blockSize < MINIMUM_BLOCK_SIZE || blockSize > MAXIMUM_BLOCK_SIZE || blockSize !== 2 ** blockLog) {
    throw record.malformed(
      `block size must be a power of two from 4096 to 1048576 bytes, found ${blockSize} (log ${blockLog})`,
      12,
    );
  }
  const compression = COMPRESSIONS[compressionId - 1];
  if (compression === undefined) throw record.malformed(`compression must be 1 to 6, found ${compressionId}`, 20);
  if (idCount === 0) throw record.malformed('number of ids must be at least 1, found 0', 26);
  if (idTableStart === undefined) throw record.malformed('image must have an id table', 48);
  if (inodeTableStart === undefined) throw record.malformed('image must have an inode table', 64);
  if (directoryTableStart === undefined) throw record.malformed('image must have a directory table', 72);
  if (inodeTableStart < SUPERBLOCK_SIZE || directoryTableStart < inodeTableStart || bytesUsed < directoryTableStart) {
    throw record.malformed(
      `inode table, directory table and end must follow each other, found ${inodeTableStart}, ${directoryTableStart} and ${bytesUsed}`,
      64,
    );
  }
  return {
    inodeCount,
    mkfsTime,
    blockSize,
    fragmentCount,
    compression,
    flags,
    idCount,
    rootInode,
    bytesUsed,
    idTableStart,
    xattrTableStart,
    inodeTableStart,
    directoryTableStart,
    fragmentTableStart,
    exportTableStart,
  };
}

/** Serializes a superblock into its 96 bytes. */
export function serializeSuperblock(superblock: Superblock): Uint8Array {
  return new RecordWriter(SUPERBLOCK_SIZE)
    .uint32(SQUASHFS_MAGIC) //                                    0  s_magic
    .uint32(superblock.inodeCount) //                             4  inodes
    .uint32(superblock.mkfsTime) //                               8  mkfs_time
    .uint32(superblock.blockSize) //                             12  block_size
    .uint32(superblock.fragmentCount) //                         16  fragments
    .uint16(COMPRESSIONS.indexOf(superblock.compression) + 1) // 20  compression
    .uint16(Math.log2(superblock.blockSize)) //                  22  block_log
    .uint16(superblock.flags) //                                 24  flags
    .uint16(superblock.idCount) //                               26  no_ids
    .uint16(4) //                                                28  s_major
    .uint16(0) //                                                30  s_minor
    .uint64(superblock.rootInode) //                             32  root_inode
    .uint64(superblock.bytesUsed) //                             40  bytes_used
    .uint64(superblock.idTableStart) //                          48  id_table_start
    .uint64(superblock.xattrTableStart ?? NO_TABLE) //           56  xattr_id_table_start
    .uint64(superblock.inodeTableStart) //                       64  inode_table_start
    .uint64(superblock.directoryTableStart) //                   72  directory_table_start
    .uint64(superblock.fragmentTableStart ?? NO_TABLE) //        80  fragment_table_start
    .uint64(superblock.exportTableStart ?? NO_TABLE).bytes; //   88  lookup_table_start
}

function tableStart(record: RecordReader): number | undefined {
  const at = record.position;
  const value = record.bigUint64();
  if (value === NO_TABLE) return undefined;
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw record.malformed(`table start must be below 2^53, found 0x${value.toString(16)}`, at);
  }
  return Number(value);
}
