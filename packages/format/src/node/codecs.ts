import type { Compressor } from '../compression/codec.ts';
import { compressConcurrency, compressThreads } from './compress-threads.ts';
import { COMPRESSION_LEVELS, type WritableCompression } from './compression-levels.ts';

export { COMPRESSION_LEVELS, type WritableCompression } from './compression-levels.ts';
export { nodeDecompressors } from './decompressors.ts';

/**
 * Makes a compressor, which works on as many threads as there are cores.
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
  return { name, level, concurrency: compressConcurrency(), compress: compressThreads({ name, level }) };
}
