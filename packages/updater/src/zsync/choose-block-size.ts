import type { ZsyncControl } from '@appimage-js/format';
import { missingRanges } from './missing-ranges.ts';

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

/** Bytes of a target that a client would fetch who has the file. */
export async function bytesToFetch(control: ZsyncControl, path: string, signal?: AbortSignal): Promise<number> {
  const ranges = await missingRanges(control, path, signal);
  return ranges.reduce((total, { length }) => total + length, 0);
}
