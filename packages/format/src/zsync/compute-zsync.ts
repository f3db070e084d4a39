import { AppImageError } from '../errors.ts';
import { hashStream } from '../hash/hash-stream.ts';
import { DIGEST_SIZE, type Hasher, type Hashes } from '../hash/hasher.ts';
import { portableHashes } from '../hash/portable-hashes.ts';
import type { ByteSource, ReadOptions } from '../io/byte-source.ts';
import { encodeHex } from '../io/hex.ts';
import { sequentialPieces } from '../io/sequential-pieces.ts';
import { type BlockSums, isPowerOfTwo, type ZsyncHashLengths } from './block-sums.ts';
import { defaultZsyncBlockSize, type ZsyncGeneration, zsyncHashLengths } from './hash-lengths.ts';
import { relativeZsyncUrl } from './resolve-urls.ts';
import { weakSum, weakSumMask } from './weak-sum.ts';
import { type StrongHashName, type ZsyncControl, zsyncBlockCount } from './zsync-control.ts';

/** Options of {@link computeZsync}. */
export interface ComputeZsyncOptions extends ReadOptions {
  /** What the target is called; a name without directories. */
  readonly fileName: string;
  /** Time of the target in whole seconds since 1970, UTC. */
  readonly mtime: number;
  /** Where the target is, absolute or relative to the control file. Default: beside the control file, under its name. */
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
 * Reads a file once and computes the control file for it: the sums of its blocks, its SHA-1, which older clients want, and its
 * SHA-256. {@link serializeZsync} makes the bytes.
 *
 * @throws AppImageError `malformed` for an empty file, which no client can download; what reading `source` throws
 * @throws RangeError for a block size that is no power of two or above 16 MiB
 */
export async function computeZsync(source: ByteSource, options: ComputeZsyncOptions): Promise<ZsyncControl> {
  const { fileName, mtime, urls = [relativeZsyncUrl(fileName)], strongHash = 'MD4', hashes = portableHashes } = options;
  const length = source.size;
  if (length === 0)
    throw new AppImageError('malformed', 'Cannot make .zsync file: expected a file, found an empty one');
  const blockSize = checkBlockSize(options.blockSize ?? defaultZsyncBlockSize(length));
  const hashLengths = zsyncHashLengths(length, blockSize, options.generation ?? '0.6.2', DIGEST_SIZE[strongHash]);
  const blocks = new BlockSummer(await hashes.create(strongHash), length, blockSize, hashLengths);
  await using file = await hashStream(hashes, ['SHA-1', 'SHA-256'], length);
  const pieceLength = Math.max(PIECE_LENGTH, blockSize);
  let done = 0;
  for await (const piece of sequentialPieces(source, { pieceLength, signal: options.signal })) {
    await file.update(piece);
    blocks.add(piece);
    done += piece.length;
    options.onProgress?.(done, length);
  }
  const [sha1, sha256] = (await file.digest()).map(encodeHex);
  return {
    generator: GENERATOR,
    fileName,
    mtime,
    blockSize,
    length,
    hashLengths,
    strongHash,
    urls,
    sha1: sha1 as string,
    fileHashes: [{ algorithm: 'SHA-256', digest: sha256 as string }],
    compressed: null,
    otherHeaders: [],
    sums: blocks.sums,
  };
}

function checkBlockSize(blockSize: number): number {
  if (isPowerOfTwo(blockSize) && blockSize <= MAXIMUM_BLOCK_SIZE) return blockSize;
  throw new RangeError(
    `Cannot make .zsync file: block size must be a power of two up to ${MAXIMUM_BLOCK_SIZE}, found ${blockSize}`,
  );
}

/** Sums the blocks of a file that comes in pieces of whole blocks. */
class BlockSummer {
  readonly sums: BlockSums;
  readonly #strongHasher: Hasher;
  readonly #blockSize: number;
  readonly #strongLength: number;
  readonly #weakMask: number;
  #next = 0;

  constructor(strongHasher: Hasher, length: number, blockSize: number, { weak, strong }: ZsyncHashLengths) {
    const count = zsyncBlockCount({ length, blockSize });
    this.sums = { weak: new Uint32Array(count), strong: new Uint8Array(count * strong) };
    this.#strongHasher = strongHasher;
    this.#blockSize = blockSize;
    this.#strongLength = strong;
    this.#weakMask = weakSumMask(weak);
  }

  add(piece: Uint8Array): void {
    const { weak, strong } = this.sums;
    for (let offset = 0; offset < piece.length; offset += this.#blockSize) {
      const block = this.#next++;
      const bytes = piece.subarray(offset, offset + this.#blockSize);
      weak[block] = weakSum(bytes, this.#blockSize) & this.#weakMask;
      strong.set(this.#strongSum(bytes), block * this.#strongLength);
    }
  }

  #strongSum(bytes: Uint8Array): Uint8Array {
    this.#strongHasher.update(bytes);
    if (bytes.length < this.#blockSize) this.#strongHasher.update(new Uint8Array(this.#blockSize - bytes.length));
    return this.#strongHasher.digest().subarray(0, this.#strongLength);
  }
}
