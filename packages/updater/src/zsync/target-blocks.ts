import type { ZsyncControl } from '@appimage-js/format';
import { strongHash } from './sums/strong-sums.ts';

/**
 * The blocks of a target, in memory that threads share, and which of them are there.
 *
 * Blocks with the same sums are taken for the same bytes. They are one class, named after its first block; whoever finds
 * one of them fills all.
 */
export interface TargetBlocks extends Pick<ZsyncControl, 'blockSize' | 'length' | 'strongHash'> {
  readonly count: number;
  /** Neighbours that must match before a block counts as found where nothing suggests it. */
  readonly sequentialMatches: number;
  readonly weakMask: number;
  readonly strongLength: number;
  readonly weak: Uint32Array;
  readonly strong: Uint8Array;
  /** By block: the first of the same class. */
  readonly classes: Int32Array;
  /** By block: the next of the same class, or -1. */
  readonly nextTwins: Int32Array;
  /** By class: 1 once all of its blocks are there. */
  readonly found: Uint8Array;
}

/** Where a block begins in the target. */
export function blockStart({ blockSize }: Pick<TargetBlocks, 'blockSize'>, block: number): number {
  return block * blockSize;
}

/** Bytes of a block; the last one may be short. */
export function blockLength({ blockSize, length }: TargetBlocks, block: number): number {
  return Math.min(blockSize, length - block * blockSize);
}

/** Whether a strong sum is that of a block. */
export function hasStrongSum({ strong, strongLength }: TargetBlocks, block: number, sum: Uint8Array): boolean {
  const at = block * strongLength;
  for (let index = 0; index < strongLength; index++) if (strong[at + index] !== sum[index]) return false;
  return true;
}

/** Whether a block is there. */
export function isFound({ classes, found }: TargetBlocks, block: number): boolean {
  return found[classes[block] as number] === 1;
}

/** The blocks of the class that this block belongs to. */
export function* blocksLike({ classes, nextTwins }: TargetBlocks, block: number): Generator<number, void, undefined> {
  for (let twin = classes[block] as number; twin >= 0; twin = nextTwins[twin] as number) yield twin;
}

/** Bytes of all blocks that are there. */
export function foundBytes(blocks: TargetBlocks): number {
  let bytes = 0;
  for (let block = 0; block < blocks.count; block++) if (isFound(blocks, block)) bytes += blockLength(blocks, block);
  return bytes;
}

/** Whether nothing is missing. */
export function isComplete(blocks: TargetBlocks): boolean {
  for (let block = 0; block < blocks.count; block++) if (!isFound(blocks, block)) return false;
  return true;
}

/** The class of blocks that are all zeros; -1 where there is none. */
export function zeroClass(blocks: TargetBlocks): number {
  const { blockSize, weak, count } = blocks;
  if (weak.indexOf(0) < 0) return -1;
  const sum = strongHash(blocks.strongHash, blockSize)(new Uint8Array(blockSize), 0, blockSize);
  for (let block = 0; block < count; block++) {
    if (weak[block] === 0 && hasStrongSum(blocks, block, sum)) return blocks.classes[block] as number;
  }
  return -1;
}
