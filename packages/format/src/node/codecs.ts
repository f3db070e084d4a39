import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  constants,
  deflate,
  inflate,
  inflateSync,
  type ZlibOptions,
  type ZstdOptions,
  zstdCompress,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib';
import type { Compressor, Decompressor, Decompressors } from '../compression/codec.ts';
import { compressLz4 } from '../compression/lz4/compress-lz4.ts';
import { portableDecompressors } from '../compression/portable-decompressors.ts';
import { AppImageError } from '../errors.ts';
import { limitConcurrency } from './limit-concurrency.ts';

const compressZlib = promisify<Uint8Array, ZlibOptions, Buffer>(deflate);
const decompressZlib = promisify<Uint8Array, ZlibOptions, Buffer>(inflate);
const compressZstd = promisify<Uint8Array, ZstdOptions, Buffer>(zstdCompress);
const decompressZstd = promisify<Uint8Array, ZstdOptions, Buffer>(zstdDecompress);

/** Room for what a compressor adds to data that it can not make smaller, so that it finishes in one step. */
const COMPRESSION_MARGIN = 4096;

/**
 * Levels by compression: what is valid, and what is taken where nothing is said. For gzip and zstd that is the level of
 * `mksquashfs`; for lz4 it is what comes within a hundredth of `mksquashfs -Xhc`, which has no levels.
 */
export const COMPRESSION_LEVELS = {
  gzip: { minimum: 1, maximum: 9, default: 9 },
  zstd: { minimum: 1, maximum: 22, default: 15 },
  lz4: { minimum: 1, maximum: 12, default: 8 },
} as const;

/** The compressions that {@link nodeCompressor} can write. */
export type WritableCompression = keyof typeof COMPRESSION_LEVELS;

/** Blocks of image formats are at most 1 MiB, and no compressor needs a window beyond that; zstd would allow 128 MiB. */
const SMALLEST_WINDOW_LIMIT = 20;

/** Decompressors for every method: Node's own, which run on its thread pool or at once, and portable ones for the others. */
export const nodeDecompressors: Required<Decompressors> = {
  ...portableDecompressors,
  gzip: decompressor('gzip', {
    async: (data, maximumLength) => decompressZlib(data, zlibOptions(maximumLength)),
    sync: (data, maximumLength) => inflateSync(data, zlibOptions(maximumLength)),
  }),
  zstd: decompressor('zstd', {
    async: (data, maximumLength) => decompressZstd(data, zstdOptions(maximumLength)),
    sync: (data, maximumLength) => zstdDecompressSync(data, zstdOptions(maximumLength)),
  }),
};

/**
 * Makes a compressor. Node's own ones run on the thread pool, whose size is `UV_THREADPOOL_SIZE`; that of lz4 is JavaScript.
 *
 * @throws RangeError for a level that the method does not have
 */
export function nodeCompressor(
  name: WritableCompression,
  level: number = COMPRESSION_LEVELS[name].default,
): Compressor {
  const { minimum, maximum } = COMPRESSION_LEVELS[name];
  if (!Number.isInteger(level) || level < minimum || level > maximum) {
    throw new RangeError(`Cannot compress with ${name}: level must be ${minimum} to ${maximum}, found ${level}`);
  }
  const threads = compressingThreads();
  const inTurn = limitConcurrency(threads);
  // Twice as many calls, so that a thread that is done finds the next block waiting.
  const concurrency = 2 * threads;
  if (name === 'lz4') return { name, level, concurrency: 1, compress: (data) => compressLz4InTurn(data, level) };
  if (name === 'gzip') {
    const compress = (data: Uint8Array) => compressZlib(data, { level, chunkSize: data.length + COMPRESSION_MARGIN });
    return { name, level, concurrency, compress: (data) => inTurn(() => compress(data)) };
  }
  const params = { [constants.ZSTD_c_compressionLevel]: level };
  // The size must be pledged: zstd then takes the parameters for small inputs, which are faster and smaller here.
  const compress = (data: Uint8Array) =>
    compressZstd(data, { params, pledgedSrcSize: data.length, chunkSize: data.length + COMPRESSION_MARGIN });
  return { name, level, concurrency, compress: (data) => inTurn(() => compress(data)) };
}

/** On this thread; between two blocks, everything else has its turn. */
async function compressLz4InTurn(data: Uint8Array, level: number): Promise<Uint8Array> {
  await setImmediate();
  return compressLz4(data, level);
}

/** The two forms in which Node has a method. */
interface DecompressorForms {
  async(data: Uint8Array, maximumLength: number): Promise<Buffer>;
  sync(data: Uint8Array, maximumLength: number): Buffer;
}

function decompressor(name: 'gzip' | 'zstd', { async, sync }: DecompressorForms): Decompressor {
  return {
    name,
    async decompress(data, maximumLength) {
      try {
        return plainArray(await async(data, maximumLength));
      } catch (cause) {
        throw corrupt(name, cause);
      }
    },
    decompressSync(data, maximumLength) {
      try {
        return plainArray(sync(data, maximumLength));
      } catch (cause) {
        throw corrupt(name, cause);
      }
    },
  };
}

/** The `slice` of Node's Buffer does not copy. */
function plainArray({ buffer, byteOffset, length }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

function zlibOptions(maxOutputLength: number): ZlibOptions {
  return { maxOutputLength, chunkSize: chunkSize(maxOutputLength) };
}

function zstdOptions(maxOutputLength: number): ZstdOptions {
  const params = { [constants.ZSTD_d_windowLogMax]: windowLimit(maxOutputLength) };
  return { maxOutputLength, chunkSize: chunkSize(maxOutputLength), params };
}

function corrupt(name: 'gzip' | 'zstd', cause: unknown): AppImageError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppImageError('malformed', `Cannot decompress ${name} block: ${reason}`, { cause });
}

/** A block whose frame asks for more memory than its content can need is refused. */
function windowLimit(maximumLength: number): number {
  return Math.min(31, Math.max(SMALLEST_WINDOW_LIMIT, Math.ceil(Math.log2(Math.max(1, maximumLength)))));
}

/** With room to spare, so that the decompressor sees the end at once and does not ask for a second buffer to look for more. */
function chunkSize(maximumLength: number): number {
  return maximumLength + 64;
}

/**
 * One thread a core: more only take each other's caches. One thread of the pool stays free, in which files are read and
 * written meanwhile.
 */
function compressingThreads(): number {
  const size = Number.parseInt(process.env['UV_THREADPOOL_SIZE'] ?? '', 10);
  const pool = size >= 1 ? size : 4;
  return Math.max(1, Math.min(availableParallelism(), pool - 1));
}
