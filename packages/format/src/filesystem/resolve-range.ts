import type { ReadOptions } from '../io/byte-source.ts';
import type { FileRange } from './readonly-file-system.ts';

/** A range within a file's content, already checked. */
export interface ContentRange extends ReadOptions {
  readonly start: number;
  readonly end: number;
}

/**
 * The range of a file of `size` bytes that is asked for.
 *
 * @throws RangeError where it is not within the file, or not of whole bytes
 */
export function resolveRange(range: FileRange, size: number): ContentRange {
  const { start = 0, end = size, signal } = range;
  const isOrdered = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end;
  if (!isOrdered || end > size) {
    throw new RangeError(`Cannot read file: range must lie within ${size} bytes, found ${start} to ${end}`);
  }
  return { start, end, signal };
}
