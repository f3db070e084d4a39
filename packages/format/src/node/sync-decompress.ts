import type { CompressionName, Decompressor } from '../compression/codec.ts';
import { nodeDecompressors } from './codecs.ts';

/** Decompresses one whole block, as `Decompressor.decompressSync` does. */
export type SyncDecompress = (data: Uint8Array, maximumLength: number) => Uint8Array;

/** The way in which threads do by themselves what a decompressor does; undefined where they know none. */
export async function loadSyncDecompress(decompressor: Decompressor): Promise<SyncDecompress | undefined> {
  return decompressor === nodeDecompressors[decompressor.name] ? decompressor.decompressSync : undefined;
}

/** As {@link loadSyncDecompress}, on the thread itself, to which only the name can be handed. */
export async function loadSyncDecompressByName(name: CompressionName): Promise<SyncDecompress | undefined> {
  return nodeDecompressors[name]?.decompressSync;
}
