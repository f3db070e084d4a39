import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ZsyncControl } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import { indexBlocks } from './block-index.ts';
import { targetBlocks } from './make-target-blocks.ts';
import { SeedScanner } from './seed-scanner.ts';
import { blockLength, blockStart, isFound, type TargetBlocks, zeroClass } from './target-blocks.ts';

/** Bytes that follow each other in a file. */
export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/** Bytes between two looks at the signal. */
const SECTION_LENGTH = 16 * 1_048_576;

/**
 * What of a target a client would fetch who has a file, in the order of the target; neighbours are one range.
 *
 * @throws AppImageError `io` when the file can not be read
 */
export async function missingRanges(control: ZsyncControl, path: string, signal?: AbortSignal): Promise<ByteRange[]> {
  const blocks = targetBlocks(control);
  const zeros = zeroClass(blocks);
  if (zeros >= 0) blocks.found[zeros] = 1;
  await scanFile(blocks, path, signal);
  const ranges: { start: number; length: number }[] = [];
  for (let block = 0; block < blocks.count; block++) {
    // Of equal blocks one is enough.
    if (isFound(blocks, block) || blocks.classes[block] !== block) continue;
    const start = blockStart(blocks, block);
    const length = blockLength(blocks, block);
    const last = ranges.at(-1);
    if (last !== undefined && last.start + last.length === start) last.length += length;
    else ranges.push({ start, length });
  }
  return ranges;
}

async function scanFile(blocks: TargetBlocks, path: string, signal?: AbortSignal): Promise<void> {
  const scanner = new SeedScanner(blocks, indexBlocks(blocks), () => undefined);
  try {
    const seed = openSync(path, 'r');
    try {
      const { size } = fstatSync(seed);
      const read = (offset: number, bytes: Uint8Array): void => {
        for (let filled = 0, count = 1; filled < bytes.length && count > 0; filled += count) {
          count = readSync(seed, bytes, filled, bytes.length - filled, offset + filled);
        }
      };
      for (let start = 0; start < size; start += SECTION_LENGTH) {
        await nextTurn();
        signal?.throwIfAborted();
        scanner.scan({ size, start, end: Math.min(size, start + SECTION_LENGTH), read }, () => undefined);
      }
    } finally {
      closeSync(seed);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw ioError(`Cannot read ${path}`, path, error);
  }
}
