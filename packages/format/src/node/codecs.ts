import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { constants, deflate, type ZlibOptions, type ZstdOptions, zstdCompress } from 'node:zlib';
import type { Compressor } from '../compression/codec.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { lz4Threads } from './lz4-threads.ts';

export { nodeDecompressors } from './decompressors.ts';

const compressZlib = promisify<Uint8Array, ZlibOptions, Buffer>(deflate);
const compressZstd = promisify<Uint8Array, ZstdOptions, Buffer>(zstdCompress);

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

/**
 * Makes a compressor. Node's own ones run on the thread pool, whose size is `UV_THREADPOOL_SIZE`; that of lz4, which is
 * JavaScript, on threads of its own.
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
  if (name === 'lz4') {
    const threads = availableParallelism();
    const compress = lz4Threads(level);
    const inTurn = limitConcurrency(threads);
    return { name, level, concurrency: 2 * threads, compress: (data) => inTurn(() => compress(data)) };
  }
  const threads = compressingThreads();
  const inTurn = limitConcurrency(threads);
  // Twice as many calls, so that a thread that is done finds the next block waiting.
  const concurrency = 2 * threads;
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

/**
 * One thread a core: more only take each other's caches. One thread of the pool stays free, in which files are read and
 * written meanwhile.
 */
function compressingThreads(): number {
  const size = Number.parseInt(process.env['UV_THREADPOOL_SIZE'] ?? '', 10);
  const pool = size >= 1 ? size : 4;
  return Math.max(1, Math.min(availableParallelism(), pool - 1));
}
