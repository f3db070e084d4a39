import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ZsyncControl } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import { indexBlocks } from './block-index.ts';
import { targetBlocks } from './make-target-blocks.ts';
import { SeedScanner } from './seed-scanner.ts';
import { blockLength, isFound, zeroClass } from './target-blocks.ts';

/** The block sizes that are chosen from. */
export const BLOCK_SIZES: readonly number[] = [1024, 2048, 4096, 8192, 16_384, 32_768, 65_536];

/**
 * The model of an update: how many places a new version differs in, and bytes of the sums of a block. At both ends of a place
 * half a block, on average, is fetched in vain; every client reads all sums. Of patch releases of an application of 45 MB,
 * packed in blocks of 128 KiB, blocks of 8192 bytes instead of 1024 cost about seven times the difference of the two, so there
 * were about as many places.
 */
const PLACES = 8;
const RECORD = 7;

/** The block size with which the control file and a usual update are fewest bytes together, by a model. */
export function modelBlockSize(length: number): number {
  const cost = (blockSize: number): number => PLACES * blockSize + RECORD * Math.ceil(length / blockSize);
  return BLOCK_SIZES.reduce((best, blockSize) => (cost(blockSize) < cost(best) ? blockSize : best));
}

/** Bytes between two looks at the signal. */
const SECTION_LENGTH = 16 * 1_048_576;

/** Bytes of a target that a client would fetch who has the file. */
export async function bytesToFetch(control: ZsyncControl, path: string, signal?: AbortSignal): Promise<number> {
  const blocks = targetBlocks(control);
  const zeros = zeroClass(blocks);
  if (zeros >= 0) blocks.found[zeros] = 1;
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
  // Of equal blocks one is enough.
  let missing = 0;
  for (let block = 0; block < blocks.count; block++) {
    if (!isFound(blocks, block) && blocks.classes[block] === block) missing += blockLength(blocks, block);
  }
  return missing;
}
