import { constants, deflateSync, zstdCompressSync } from 'node:zlib';
import { compressLz4 } from '../compression/lz4/compress-lz4.ts';
import { wrapLzma2 } from '../compression/xz/wrap-lzma2.ts';
import { AppImageError } from '../errors.ts';
import type { WritableCompression } from './compression-levels.ts';

/** Compresses one block by itself, at once. */
export type CompressBlock = (content: Uint8Array) => Uint8Array;

/** Room for what a compressor adds to data that it can not make smaller, so that it finishes in one step. */
const MARGIN = 4096;

/**
 * The way in which a thread compresses blocks.
 *
 * @throws AppImageError `unsupported` where the program for xz is not installed
 */
export async function loadCompressBlock(name: WritableCompression, level: number): Promise<CompressBlock> {
  if (name === 'xz') return await loadXz();
  if (name === 'lz4') return (content) => compressLz4(content, level);
  if (name === 'gzip') return (content) => deflateSync(content, { level, chunkSize: content.length + MARGIN });
  const params = { [constants.ZSTD_c_compressionLevel]: level };
  // The size must be pledged: zstd then takes the parameters for small inputs, which are faster and smaller here.
  return (content) =>
    zstdCompressSync(content, { params, pledgedSrcSize: content.length, chunkSize: content.length + MARGIN });
}

/** The program is for this machine's kind, and so an optional dependency: nothing else needs it. */
async function loadXz(): Promise<CompressBlock> {
  const { lzma2 } = await import('@napi-rs/lzma').catch((cause: unknown) => {
    throw new AppImageError(
      'unsupported',
      'Cannot compress with xz: the optional package @napi-rs/lzma must be installed, with its program for this machine',
      { cause },
    );
  });
  return (content) => wrapLzma2(lzma2.compressSync(content), content);
}
