import type { CompressionName, Decompressor } from '../compression/codec.ts';
import type { DecompressBlock } from '../compression/decompressed-block.ts';
import { loadDecompressBlock } from '../compression/load-decompress-block.ts';
import { nodeDecompressors } from './decompressors.ts';

/** The way in which threads do by themselves what a decompressor does; undefined where they know none. */
export async function loadSyncDecompress(decompressor: Decompressor): Promise<DecompressBlock | undefined> {
  const isOurs = decompressor === nodeDecompressors[decompressor.name];
  return isOurs ? loadSyncDecompressByName(decompressor.name) : undefined;
}

/** As {@link loadSyncDecompress}, on the thread itself, to which only the name can be handed. */
export async function loadSyncDecompressByName(name: CompressionName): Promise<DecompressBlock> {
  return nodeDecompressors[name].decompressSync ?? (await loadDecompressBlock(name));
}
