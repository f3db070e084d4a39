import { weakSum } from '@appimage-js/format';
import { type BlockIndex, hashWeakSums } from './block-index.ts';
import type { TargetBlocks } from './target-blocks.ts';

/**
 * The weak sums of a window and of its neighbour as they slide over a buffer. The loop over the bytes is a function of its own,
 * of numbers only: within a longer one it ran at less than half the speed.
 */
export class RollingSums {
  readonly #plan: SlidePlan;
  /** Where the window is, and A and B of both. */
  readonly #state: Int32Array = new Int32Array(5);

  constructor(blocks: TargetBlocks, { filter, filterShift }: BlockIndex, buffer: Uint8Array) {
    const { blockSize, sequentialMatches, weakMask } = blocks;
    const isPaired = sequentialMatches > 1;
    this.#plan = {
      buffer,
      filter,
      filterShift,
      blockSize,
      reach: isPaired ? 2 * blockSize : blockSize,
      shift: Math.log2(blockSize),
      mask: weakMask,
      // Where one block is enough, the neighbour's sum counts as 0.
      neighbourMask: isPaired ? weakMask : 0,
    };
  }

  /** Where the window begins. */
  get at(): number {
    return this.#state[0] as number;
  }

  /** The window's sum, as far as it is stored. */
  get sum(): number {
    const state = this.#state;
    return ((((state[1] as number) << 16) | (state[2] as number)) & this.#plan.mask) >>> 0;
  }

  /** Its neighbour's. */
  get neighbourSum(): number {
    const state = this.#state;
    return ((((state[3] as number) << 16) | (state[4] as number)) & this.#plan.neighbourMask) >>> 0;
  }

  /** Begins at a window whose whole sum is known. */
  start(at: number, sum: number): void {
    const { buffer, blockSize, neighbourMask } = this.#plan;
    const neighbour = neighbourMask === 0 ? 0 : weakSum(buffer.subarray(at + blockSize, at + 2 * blockSize), blockSize);
    this.#state.set([at, sum >>> 16, sum & 0xffff, neighbour >>> 16, neighbour & 0xffff]);
  }

  /** Begins where both are zeros. */
  startInZeros(at: number): void {
    this.#state.fill(0);
    this.#state[0] = at;
  }

  /** Slides to the next window that may be a block, or to `stop`. */
  slide(stop: number): void {
    slide(this.#plan, this.#state, stop);
  }

  /** Slides by one byte. */
  step(): void {
    step(this.#plan, this.#state);
  }
}

interface SlidePlan {
  readonly buffer: Uint8Array;
  readonly filter: Uint8Array;
  readonly filterShift: number;
  readonly blockSize: number;
  /** Of the window and its neighbour. */
  readonly reach: number;
  readonly shift: number;
  readonly mask: number;
  readonly neighbourMask: number;
}

function slide(plan: SlidePlan, state: Int32Array, stop: number): void {
  const { buffer, filter, filterShift, blockSize, reach, shift, mask, neighbourMask } = plan;
  let at = state[0] as number;
  let a = state[1] as number;
  let b = state[2] as number;
  let a2 = state[3] as number;
  let b2 = state[4] as number;
  while (at < stop) {
    const bit = hashWeakSums(((a << 16) | b) & mask, ((a2 << 16) | b2) & neighbourMask) >>> filterShift;
    if ((((filter[bit >>> 3] as number) >>> (bit & 7)) & 1) !== 0) break;
    const leaves = buffer[at] as number;
    const passes = buffer[at + blockSize] as number;
    // Kept to 16 bits, so that no sum ever leaves the numbers that the compiler expects.
    a = (a + passes - leaves) & 0xffff;
    b = (b + a - ((leaves << shift) & 0xffff)) & 0xffff;
    a2 = (a2 + (buffer[at + reach] as number) - passes) & 0xffff;
    b2 = (b2 + a2 - ((passes << shift) & 0xffff)) & 0xffff;
    at++;
  }
  state[0] = at;
  state[1] = a;
  state[2] = b;
  state[3] = a2;
  state[4] = b2;
}

function step({ buffer, blockSize, reach, shift }: SlidePlan, state: Int32Array): void {
  const at = state[0] as number;
  const leaves = buffer[at] as number;
  const passes = buffer[at + blockSize] as number;
  const a = ((state[1] as number) + passes - leaves) & 0xffff;
  const a2 = ((state[3] as number) + (buffer[at + reach] as number) - passes) & 0xffff;
  state[0] = at + 1;
  state[1] = a;
  state[2] = ((state[2] as number) + a - ((leaves << shift) & 0xffff)) & 0xffff;
  state[3] = a2;
  state[4] = ((state[4] as number) + a2 - ((passes << shift) & 0xffff)) & 0xffff;
}
