import { AppImageError } from '../errors.ts';
import { hashStream } from '../hash/hash-stream.ts';
import { DIGEST_SIZE, type Hashes } from '../hash/hasher.ts';
import { portableHashes } from '../hash/portable-hashes.ts';
import type { ByteSource, ReadOptions } from '../io/byte-source.ts';
import { encodeHex } from '../io/hex.ts';
import { sequentialPieces } from '../io/sequential-pieces.ts';
import { BlockSummer } from './block-summer.ts';
import { isPowerOfTwo } from './block-sums.ts';
import { defaultZsyncBlockSize, type ZsyncGeneration, zsyncHashLengths } from './hash-lengths.ts';
import { formatMailDate } from './mail-date.ts';
import { relativeZsyncUrl } from './resolve-urls.ts';
import { isPlainFileName, type StrongHashName, type ZsyncControl, zsyncBlockCount } from './zsync-control.ts';

/** Options of {@link computeZsync}. */
export interface ComputeZsyncOptions extends ReadOptions {
  /** What the target is called; a name without directories. */
  readonly fileName: string;
  /** Time of the target in whole seconds since 1970, UTC. */
  readonly mtime: number;
  /**
   * Where the target is, absolute or relative to the control file. Default: beside the control file, under its name.
   */
  readonly urls?: readonly string[];
  /** A power of two, 16 MiB at most. Default: 2048 below 100,000,000 bytes, else 4096, as `zsyncmake` does it. */
  readonly blockSize?: number;
  /** Whose choice of hash lengths is followed. Default `0.6.2`, the shortest that every client reads. */
  readonly generation?: ZsyncGeneration;
  /** Hash of the blocks. Clients older than 0.8 read only MD4, the default. */
  readonly strongHash?: StrongHashName;
  /** Default {@link portableHashes}. */
  readonly hashes?: Hashes;
  /** Told the bytes that were read so far, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** The value of the first header; clients look for nothing but 0.0.4 in it. */
const GENERATOR = '0.6.2';
const MAXIMUM_BLOCK_SIZE = 16 * 1_048_576;
const PIECE_LENGTH = 1_048_576;

/**
 * Reads a file once and computes the control file for it: the sums of its blocks, its SHA-1, which older clients want,
 * and its SHA-256.
 *
 * @example
 * import { bufferSource, computeZsync, serializeZsync } from '@appimage-js/format';
 *
 * const source = bufferSource(new TextEncoder().encode('Hello, world'));
 * const control = await computeZsync(source, { fileName: 'hello.txt', mtime: 1_700_000_000 });
 * const bytes = serializeZsync(control);
 * console.log(new TextDecoder().decode(bytes).split('\n\n', 1)[0]);
 *
 * @throws AppImageError `malformed` for an empty file, which no client can download; what reading `source` throws
 * @throws RangeError for a name with directories, a time that is no whole second from 1970 to 9999, a block size that
 *   is no power of two or above 16 MiB
 */
export async function computeZsync(source: ByteSource, options: ComputeZsyncOptions): Promise<ZsyncControl> {
  const { generation = '0.6.2', strongHash = 'MD4', hashes = portableHashes, signal, onProgress } = options;
  checkTarget(options);
  const { size: length } = source;
  if (length === 0) {
    throw new AppImageError('malformed', 'Cannot make .zsync file: expected a file, found an empty one');
  }
  const blockSize = checkBlockSize(options.blockSize ?? defaultZsyncBlockSize(length));
  const hashLengths = zsyncHashLengths(generation, { length, blockSize, strongSize: DIGEST_SIZE[strongHash] });

  await using file = await hashStream(hashes, ['SHA-1', 'SHA-256'], length);
  const hasher = await hashes.create(strongHash);
  const blocks = new BlockSummer({ count: zsyncBlockCount({ length, blockSize }), blockSize, hashLengths, hasher });
  let done = 0;
  const pieceLength = Math.max(PIECE_LENGTH, blockSize);
  for await (const piece of sequentialPieces(source, { pieceLength, signal })) {
    await file.update(piece);
    blocks.add(piece);
    done += piece.length;
    onProgress?.(done, length);
  }
  const [sha1 = '', sha256 = ''] = (await file.digest()).map(encodeHex);

  const { fileName, mtime, urls = [relativeZsyncUrl(fileName)] } = options;
  return {
    generator: GENERATOR,
    fileName,
    mtime,
    blockSize,
    length,
    hashLengths,
    strongHash,
    urls,
    sha1,
    fileHashes: [{ algorithm: 'SHA-256', digest: sha256 }],
    compressed: null,
    otherHeaders: [],
    sums: blocks.sums,
  };
}

/** Refuses at the beginning what could not be written at the end. */
function checkTarget({ fileName, mtime }: ComputeZsyncOptions): void {
  if (!isPlainFileName(fileName)) {
    const found = JSON.stringify(fileName);
    throw new RangeError(`Cannot make .zsync file: expected a name without directories, found ${found}`);
  }
  formatMailDate(mtime);
}

function checkBlockSize(blockSize: number): number {
  if (isPowerOfTwo(blockSize) && blockSize <= MAXIMUM_BLOCK_SIZE) return blockSize;
  throw new RangeError(
    `Cannot make .zsync file: block size must be a power of two up to ${MAXIMUM_BLOCK_SIZE}, found ${blockSize}`,
  );
}
