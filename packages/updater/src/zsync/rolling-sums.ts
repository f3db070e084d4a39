import { type BlockIndex, hashWeakSums } from './block-index.ts';
import { type MatchMachine, SLIDE_STATE_WORDS } from './machine/match-machine.ts';
import type { SlideConstants } from './machine/slide-code.ts';
import { weakSumAt } from './sums/weak-sum-at.ts';
import type { TargetBlocks } from './target-blocks.ts';

/** What sums are rolled over, and what they are compared with. */
export interface RollingPlan {
  readonly blocks: TargetBlocks;
  readonly index: BlockIndex;
  readonly constants: SlideConstants;
  readonly buffer: Uint8Array;
  /** Does the same with the same buffer, faster. */
  readonly machine: MatchMachine | undefined;
}

/** The weak sums of a window and of its neighbour as they slide over a buffer. */
export class RollingSums {
  readonly #plan: RollingPlan;
  /** Where the window is, and A and B of both; of these, the last 16 bits count. */
  readonly #state: Int32Array;

  constructor(plan: RollingPlan) {
    this.#plan = plan;
    this.#state = plan.machine?.slideState ?? new Int32Array(SLIDE_STATE_WORDS);
  }

  /** Where the window begins. */
  get at(): number {
    return this.#state[0] as number;
  }

  /** The window's sum, as far as it is stored. */
  get sum(): number {
    const state = this.#state;
    return ((((state[1] as number) << 16) | ((state[2] as number) & 0xffff)) & this.#plan.constants.mask) >>> 0;
  }

  /** Its neighbour's. */
  get neighbourSum(): number {
    const state = this.#state;
    const { neighbourMask } = this.#plan.constants;
    return ((((state[3] as number) << 16) | ((state[4] as number) & 0xffff)) & neighbourMask) >>> 0;
  }

  /** Begins at a window whose whole sum is known. */
  start(at: number, sum: number): void {
    const { buffer, constants } = this.#plan;
    const { blockSize, neighbourMask } = constants;
    const state = this.#state;
    const neighbour = neighbourMask === 0 ? 0 : weakSumAt(buffer, at + blockSize, blockSize);
    state[0] = at;
    state[1] = sum >>> 16;
    state[2] = sum & 0xffff;
    state[3] = neighbour >>> 16;
    state[4] = neighbour & 0xffff;
  }

  /** Begins where both are zeros. */
  startInZeros(at: number): void {
    this.#state.fill(0);
    this.#state[0] = at;
  }

  /** Slides to the next window that has the weak sum of a block, and whose neighbour has that of the next, or to `stop`. */
  slide(stop: number): void {
    const { machine } = this.#plan;
    while (true) {
      if (machine === undefined) slide(this.#plan, this.#state, stop);
      else machine.slide(stop);
      if (this.at >= stop || this.#isBlock()) return;
      this.step();
    }
  }

  /** Slides by one byte. */
  step(): void {
    const { buffer, constants } = this.#plan;
    const { blockSize, reach, shift } = constants;
    const state = this.#state;
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

  /** Whether there is a block with these sums, or nothing but zeros, which are jumped over once they are there. */
  #isBlock(): boolean {
    const { blocks, index } = this.#plan;
    const { weak, sequentialMatches } = blocks;
    const { sum, neighbourSum } = this;
    if (sum === 0 && neighbourSum === 0) return true;
    let block = index.heads[hashWeakSums(sum, neighbourSum) >>> index.headShift] as number;
    while (block >= 0) {
      if (weak[block] === sum && (sequentialMatches <= 1 || weak[block + 1] === neighbourSum)) return true;
      block = index.nextInSlot[block] as number;
    }
    return false;
  }
}

/** The loop over the bytes is a function of its own, of numbers only: within a longer one it ran at less than half the speed. */
function slide({ buffer, index, constants }: RollingPlan, state: Int32Array, stop: number): void {
  const { filter, filterShift } = index;
  const { blockSize, reach, shift, mask, neighbourMask } = constants;
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
