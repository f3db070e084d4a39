import type { Compressor } from '../../compression/codec.ts';
import type { InputDirectory } from '../../filesystem/input-tree.ts';
import type { ContentRank } from '../../filesystem/write/content-order.ts';
import { OrderedOutput } from '../../filesystem/write/ordered-output.ts';
import { type InodePlan, planInodes } from '../../filesystem/write/plan-inodes.ts';
import { type Sha256, webSha256 } from '../../filesystem/write/sha256.ts';
import type { WriteProgress } from '../../filesystem/write/write-progress.ts';
import type { ByteSink } from '../../io/byte-sink.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import { serializeCompressorOptions } from '../compressor-options.ts';
import {
  MAXIMUM_BLOCK_SIZE,
  MINIMUM_BLOCK_SIZE,
  SquashfsFlag,
  SUPERBLOCK_SIZE,
  serializeSuperblock,
} from '../superblock.ts';
import { packMetadata } from './metadata-writer.ts';
import { type FileDataOptions, type TailPacking, writeFileData } from './write-file-data.ts';
import { writeInodeTables } from './write-inode-tables.ts';
import { writeTables } from './write-tables.ts';

/** Options of {@link writeSquashfs}. */
export interface WriteSquashfsOptions extends ReadOptions {
  readonly root: InputDirectory;
  /** Where the image goes, from offset 0 on (see `windowSink`). */
  readonly sink: ByteSink;
  readonly compressor: Compressor;
  /** Bytes of a data block: a power of two, 4 KiB to 1 MiB. Default 128 KiB. */
  readonly blockSize?: number;
  /** Time of the image's creation in seconds since 1970. Default 0. */
  readonly mkfsTime?: number;
  /**
   * Which ends of files share blocks with others: `small-files` (the default) those of files below one block, `always` all
   * that do not fill a block, `never` none.
   */
  readonly tailPacking?: TailPacking;
  /** Whether a table for export over NFS is written. Default true, as `mksquashfs` does. */
  readonly exportable?: boolean;
  /** The image's length is made a multiple of this many bytes; 1 for no padding. Default 4096. */
  readonly padding?: number;
  /** Contents are stored in the order of these numbers, equal ones in the order of the tree. Default: all are equal. */
  readonly contentRank?: ContentRank;
  /** Hash by which files of the same content are found. Default: WebCrypto's. */
  readonly sha256?: Sha256;
  readonly onProgress?: (progress: WriteProgress) => void;
}

/** What {@link writeSquashfs} has written. */
export interface WrittenSquashfs {
  /** Bytes written, padding included. */
  readonly length: number;
  /** Bytes without padding, as the superblock says. */
  readonly bytesUsed: number;
  readonly inodeCount: number;
  /** Bytes of file contents in the tree, hard links counted once. */
  readonly contentBytes: number;
  /** Of these, bytes that were not stored because another file has the same content. */
  readonly duplicateBytes: number;
}

const DEFAULT_BLOCK_SIZE = 131_072;
const DEFAULT_PADDING = 4096;
const MAXIMUM_PADDING = 2 ** 30;

/**
 * Writes a SquashFS 4.0 image. The same tree, options and compressor give the same bytes, whatever the order in which
 * directories list their entries and however many blocks are compressed at once.
 *
 * @throws AppImageError `io` when an input or the sink fails or an input changes, `limit` for what the format can not hold
 * @throws RangeError for options or names that are not valid
 */
export async function writeSquashfs(options: WriteSquashfsOptions): Promise<WrittenSquashfs> {
  const { root, sink, compressor, blockSize = DEFAULT_BLOCK_SIZE, padding = DEFAULT_PADDING, mkfsTime = 0 } = options;
  checkBlockSize(blockSize);
  checkInteger('padding', padding, { minimum: 1, maximum: MAXIMUM_PADDING });
  checkInteger('mkfsTime', mkfsTime, { minimum: 0, maximum: 0xffff_ffff });
  const plan = planInodes(root);
  const output = new OrderedOutput({ sink, position: SUPERBLOCK_SIZE, concurrency: compressor.concurrency });
  try {
    return await writeImage(plan, output, { ...options, blockSize, padding, mkfsTime });
  } catch (error) {
    await output.abandon();
    throw error;
  }
}

type ResolvedOptions = WriteSquashfsOptions &
  Required<Pick<WriteSquashfsOptions, 'blockSize' | 'padding' | 'mkfsTime'>>;

async function writeImage(plan: InodePlan, output: OrderedOutput, options: ResolvedOptions): Promise<WrittenSquashfs> {
  const { sink, compressor, signal, blockSize, padding, mkfsTime } = options;
  const compressorOptions = serializeCompressorOptions(compressor);
  if (compressorOptions) output.append(...packMetadata(compressorOptions));
  const dataOptions: FileDataOptions = {
    compressor,
    blockSize,
    signal,
    tailPacking: options.tailPacking ?? 'small-files',
    contentRank: options.contentRank,
    sha256: options.sha256 ?? webSha256,
    onProgress: options.onProgress,
  };
  const data = await writeFileData(plan, output, dataOptions);
  const inodes = await writeInodeTables(plan, data, { output, compressor, signal });
  const tables = await writeTables({ data, inodes, exportable: options.exportable ?? true }, { output, compressor });
  const bytesUsed = await output.finish();
  const length = Math.ceil(bytesUsed / padding) * padding;
  if (length > bytesUsed) await sink.write(bytesUsed, new Uint8Array(length - bytesUsed));

  const superblock = serializeSuperblock({
    inodeCount: plan.inodes.length,
    mkfsTime,
    blockSize,
    fragmentCount: data.fragments.length,
    compression: compressor.name,
    flags:
      SquashfsFlag.duplicatesRemoved |
      (tables.exportTableStart === undefined ? 0 : SquashfsFlag.exportable) |
      (tables.xattrTableStart === undefined ? SquashfsFlag.noXattrs : 0) |
      (options.tailPacking === 'never' ? SquashfsFlag.noFragments : 0) |
      (options.tailPacking === 'always' ? SquashfsFlag.alwaysFragments : 0) |
      (compressorOptions ? SquashfsFlag.compressorOptions : 0),
    bytesUsed,
    ...inodes.superblockFields,
    ...tables,
  });
  await sink.write(0, superblock);
  const { contentBytes, duplicateBytes } = data;
  return { length, bytesUsed, inodeCount: plan.inodes.length, contentBytes, duplicateBytes };
}

function checkInteger(name: string, value: number, { minimum, maximum }: { minimum: number; maximum: number }): void {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return;
  throw new RangeError(`Cannot write SquashFS image: ${name} must be ${minimum} to ${maximum}, found ${value}`);
}

function checkBlockSize(blockSize: number): void {
  if (blockSize < MINIMUM_BLOCK_SIZE || blockSize > MAXIMUM_BLOCK_SIZE || !Number.isInteger(Math.log2(blockSize))) {
    throw new RangeError(
      `Cannot write SquashFS image: block size must be a power of two from 4096 to 1048576 bytes, found ${blockSize}`,
    );
  }
}
