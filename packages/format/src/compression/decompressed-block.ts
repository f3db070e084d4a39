import { AppImageError } from '../errors.ts';
import type { CompressionName } from './codec.ts';

/**
 * Decompresses one whole block and does not wait for anything, which suits worker threads.
 *
 * @param maximumLength the most bytes that the result may have; about as much memory is taken, whatever the block claims
 * @throws AppImageError `malformed` when the data is corrupt, is less than a whole block, or has more than `maximumLength`
 *   bytes of content; `unsupported` when it is valid but uses what this implementation does not have
 */
export type DecompressBlock = (data: Uint8Array, maximumLength: number) => Uint8Array;

/** The error about a block that can not be what a compressor wrote; `reason` says what was expected and what was found. */
export function malformedBlock(name: CompressionName, reason: string, cause?: unknown): AppImageError {
  return new AppImageError('malformed', `Cannot decompress ${name} block: ${reason}`, { cause });
}

/** The error about a block whose content is longer than it may be. */
export function tooLong(name: CompressionName, maximumLength: number): AppImageError {
  return malformedBlock(name, `content must have at most ${maximumLength} bytes, found more`);
}

/** The content at the start of a buffer, cut out where most of the buffer would be kept for nothing. */
export function contentOf(buffer: Uint8Array, length: number): Uint8Array {
  return length < buffer.length / 2 ? buffer.slice(0, length) : buffer.subarray(0, length);
}
