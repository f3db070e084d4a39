import type { TargetBlocks } from './target-blocks.ts';

/** Finds blocks by the weak sums of as many neighbours as must match. Whoever searches takes out what was found. */
export interface BlockIndex {
  /** One bit a slot, set where there is a block; asked first, because most of a file that differs matches nothing. */
  readonly filter: Uint8Array;
  /** Shifts a hash to a slot of the filter. */
  readonly filterShift: number;
  /** By slot: the first block, or -1. */
  readonly heads: Int32Array;
  readonly headShift: number;
  /** By block: the next one in the slot, or -1. */
  readonly nextInSlot: Int32Array;
}

/** Slots of the filter for each block, as a power of two. */
const FILTER_BITS = 6;
const SMALLEST_FILTER = 16;
const LARGEST_FILTER = 27;

/** Blocks in one slot: hostile sums must not make every lookup as long as the file. */
const LONGEST_CHAIN = 64;

/** What spreads sums over the slots: 2^32 divided by the golden ratio. */
export const hashFactor = 0x9e3779b1;

/** The hash of weak sums; `second` is that of the neighbour, or 0 where one block is enough. */
export function hashWeakSums(first: number, second: number): number {
  return Math.imul(first ^ ((second << 16) | (second >>> 16)), hashFactor);
}

/** Indexes the blocks of a target. Of blocks that are equal, and followed by equal ones, the first is enough. */
export function indexBlocks(blocks: TargetBlocks): BlockIndex {
  const { count, weak, classes, sequentialMatches } = blocks;
  const headBits = Math.min(26, Math.max(8, Math.ceil(Math.log2(count + 1))));
  const filterBits = Math.min(LARGEST_FILTER, Math.max(SMALLEST_FILTER, headBits + FILTER_BITS));
  const index: BlockIndex = {
    filter: new Uint8Array(2 ** (filterBits - 3)),
    filterShift: 32 - filterBits,
    heads: new Int32Array(2 ** headBits).fill(-1),
    headShift: 32 - headBits,
    nextInSlot: new Int32Array(count).fill(-1),
  };
  const { filter, filterShift, heads, headShift, nextInSlot } = index;
  const isPaired = sequentialMatches > 1;
  for (let block = 0; block + sequentialMatches <= count; block++) {
    const hash = hashWeakSums(weak[block] as number, isPaired ? (weak[block + 1] as number) : 0);
    const slot = hash >>> headShift;
    const isKnown = (other: number): boolean =>
      classes[other] === classes[block] && (!isPaired || classes[other + 1] === classes[block + 1]);
    let length = 0;
    let other = heads[slot] as number;
    for (; other >= 0 && !isKnown(other) && length < LONGEST_CHAIN; length++) other = nextInSlot[other] as number;
    if (other >= 0) continue;
    const bit = hash >>> filterShift;
    filter[bit >>> 3] = (filter[bit >>> 3] as number) | (1 << (bit & 7));
    nextInSlot[block] = heads[slot] as number;
    heads[slot] = block;
  }
  return index;
}
