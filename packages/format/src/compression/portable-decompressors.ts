import type { CompressionName, Decompressor, Decompressors } from './codec.ts';
import type { DecompressBlock } from './decompressed-block.ts';
import { loadDecompressBlock } from './load-decompress-block.ts';

/**
 * Decompressors for every method, which run alike in browsers and in Node, on the thread that calls them; each one's code is
 * loaded at its first use. In Node, `nodeDecompressors` of `@appimage-js/format/node` are faster where they have the method.
 */
export const portableDecompressors: Required<Decompressors> = {
  gzip: decompressor('gzip'),
  lzma: decompressor('lzma'),
  lzo: decompressor('lzo'),
  xz: decompressor('xz'),
  lz4: decompressor('lz4'),
  zstd: decompressor('zstd'),
};

function decompressor(name: CompressionName): Decompressor {
  let loaded: Promise<DecompressBlock> | undefined;
  const load = async (): Promise<DecompressBlock> => {
    try {
      loaded ??= loadDecompressBlock(name);
      return await loaded;
    } catch (error) {
      loaded = undefined; // a page may have lost its network for a moment
      throw error;
    }
  };
  return { name, decompress: async (data, maximumLength) => (await load())(data, maximumLength) };
}
