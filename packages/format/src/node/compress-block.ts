import { constants, deflateSync, zstdCompressSync } from 'node:zlib';
import { compressLz4 } from '../compression/lz4/compress-lz4.ts';
import type { WritableCompression } from './compression-levels.ts';

/** Compresses one block by itself, at once. */
export type CompressBlock = (content: Uint8Array) => Uint8Array;

/** Room for what a compressor adds to data that it can not make smaller, so that it finishes in one step. */
const MARGIN = 4096;

/** The way in which a thread compresses blocks. */
export function compressBlockWith(name: WritableCompression, level: number): CompressBlock {
  if (name === 'lz4') return (content) => compressLz4(content, level);
  if (name === 'gzip') return (content) => deflateSync(content, { level, chunkSize: content.length + MARGIN });
  const params = { [constants.ZSTD_c_compressionLevel]: level };
  // The size must be pledged: zstd then takes the parameters for small inputs, which are faster and smaller here.
  return (content) =>
    zstdCompressSync(content, { params, pledgedSrcSize: content.length, chunkSize: content.length + MARGIN });
}
