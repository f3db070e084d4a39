import { weakSumMask, type ZsyncControl, zsyncBlockCount } from '@appimage-js/format';
import { hasStrongSum, type TargetBlocks } from './target-blocks.ts';

/** Puts the sums of a control file in shared memory, and equal blocks in classes; nothing is found yet. */
export function targetBlocks(control: ZsyncControl): TargetBlocks {
  const { blockSize, length, hashLengths, sums } = control;
  const count = zsyncBlockCount(control);
  const blocks: TargetBlocks = {
    blockSize,
    length,
    strongHash: control.strongHash,
    count,
    sequentialMatches: Math.min(hashLengths.sequentialMatches, count),
    weakMask: weakSumMask(hashLengths.weak),
    strongLength: hashLengths.strong,
    weak: new Uint32Array(new SharedArrayBuffer(4 * count)),
    strong: new Uint8Array(new SharedArrayBuffer(count * hashLengths.strong)),
    classes: new Int32Array(new SharedArrayBuffer(4 * count)),
    nextTwins: new Int32Array(new SharedArrayBuffer(4 * count)),
    found: new Uint8Array(new SharedArrayBuffer(count)),
  };
  blocks.weak.set(sums.weak);
  blocks.strong.set(sums.strong);
  classify(blocks);
  return blocks;
}

/** Of hostile sums that meet in one place of the table: more than these are not compared. */
const LONGEST_CHAIN = 64;

function classify(blocks: TargetBlocks): void {
  const { count, weak, strong, strongLength, classes, nextTwins } = blocks;
  const bits = Math.max(4, Math.ceil(Math.log2(count + 1)));
  const heads = new Int32Array(2 ** bits).fill(-1);
  const nextClasses = new Int32Array(count).fill(-1);
  const lastTwins = new Int32Array(count);
  nextTwins.fill(-1);
  for (let block = 0; block < count; block++) {
    const at = block * strongLength;
    const mixed = ((strong[at] as number) << 16) | ((strong[at + 1] as number) << 8) | (strong[at + 2] as number);
    const slot = Math.imul((weak[block] as number) ^ Math.imul(mixed, 0x9e3779b1), 0x85ebca6b) >>> (32 - bits);
    const sum = strong.subarray(at, at + strongLength);
    let first = heads[slot] as number;
    let steps = 0;
    while (first >= 0 && !(weak[first] === weak[block] && hasStrongSum(blocks, first, sum))) {
      first = ++steps < LONGEST_CHAIN ? (nextClasses[first] as number) : -1;
    }
    if (first < 0) {
      nextClasses[block] = heads[slot] as number;
      heads[slot] = block;
      first = block;
    } else {
      nextTwins[lastTwins[first] as number] = block;
    }
    classes[block] = first;
    lastTwins[first] = block;
  }
}
