import type { CompressionName } from './codec.ts';
import type { DecompressBlock } from './decompressed-block.ts';

/** One dynamic import a method, so that a bundler splits its code off. */
const LOADERS: Readonly<Record<CompressionName, () => Promise<DecompressBlock>>> = {
  gzip: async () => (await import('./gzip/decompress-gzip.ts')).decompressGzip,
  lzma: async () => (await import('./lzma/decompress-lzma.ts')).decompressLzma,
  lzo: async () => (await import('./lzo/decompress-lzo.ts')).decompressLzo,
  xz: async () => (await import('./xz/decompress-xz.ts')).decompressXz,
  lz4: async () => (await import('./lz4/decompress-lz4.ts')).decompressLz4,
  zstd: async () => (await import('./zstd/load-zstd.ts')).loadZstd(),
};

/**
 * Loads the code of a method; what it answers does not wait for anything, so a worker thread loads once and then calls it for
 * each block.
 *
 * @throws AppImageError `unsupported` where the engine does not allow what the method needs
 */
export function loadDecompressBlock(name: CompressionName): Promise<DecompressBlock> {
  return LOADERS[name]();
}
