/*
 * Finds the blocks of a target in a seed, wherever they have moved to. A window slides over the seed byte by byte, its
 * weak sum rolling along, until that is the sum of a block; after a hit it jumps to the end of the block, and asks first
 * for the block that follows in the target. Source: the rsync algorithm, section 3, https://rsync.samba.org/tech_report/,
 * and what zsync adds to it, https://zsync.moria.org.uk/paper200503/ch02s03.html.
 */
import { type BlockIndex, hashWeakSums } from './block-index.ts';
import { LANES, MatchMachine, slideConstants } from './machine/match-machine.ts';
import { RollingSums } from './rolling-sums.ts';
import { type StrongHash, strongHash } from './sums/strong-sums.ts';
import { weakSumAt } from './sums/weak-sum-at.ts';
import { hasStrongSum, type TargetBlocks, zeroClass } from './target-blocks.ts';

/** A file, or a part of one, to look for blocks in. */
export interface SeedSection {
  /** Of the whole file. */
  readonly size: number;
  /** Where blocks may begin: from here up to `end`. They reach beyond, as far as the file does. */
  readonly start: number;
  readonly end: number;
  /** Fills `bytes` from an offset in the file. */
  read(offset: number, bytes: Uint8Array): void;
}

/** Told of each block that is found, once for its class: its content is in `bytes` from `at` on, whole blocks. */
export type OnFound = (block: number, bytes: Uint8Array, at: number) => void;

const SMALLEST_BUFFER = 1_048_576;

/**
 * Windows whose weak sum is a block's and whose strong sum is not, for each byte of a section: beyond, somebody has made
 * sums to keep us busy, and only what is where it is expected is found.
 */
const FALSE_ALARMS = 1 / 256;
const FEW_FALSE_ALARMS = 10_000;

/** Bytes of a strong sum from which on chance makes no other block have it. */
const SURE_STRONG_SUM = 5;

const NOWHERE = Number.MAX_SAFE_INTEGER;

/** Scans sections of seeds for the blocks of one target. */
export class SeedScanner {
  readonly #blocks: TargetBlocks;
  readonly #index: BlockIndex;
  readonly #onFound: OnFound;
  readonly #strongHash: StrongHash;
  /** The same as machine code, where the kind of sum and the processor allow. */
  readonly #machine: MatchMachine | undefined;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  /** The same memory, to find the end of zeros sooner. */
  readonly #words: Int32Array;
  readonly #sums: RollingSums;
  /** Bytes that a window and the neighbours that must match have. */
  readonly #reach: number;
  /** Where the block that is expected next would be, in the buffer, and which one that is. */
  #probeAt = NOWHERE;
  #probeBlock = 0;
  #alarmsLeft = 0;
  /** Whether blocks of zeros are found, or there are none. */
  readonly #areZerosThere: boolean;

  /** The index becomes the scanner's own. */
  constructor(blocks: TargetBlocks, index: BlockIndex, onFound: OnFound) {
    this.#blocks = blocks;
    this.#index = index;
    this.#onFound = onFound;
    this.#strongHash = strongHash(blocks.strongHash, blocks.blockSize);
    this.#reach = blocks.sequentialMatches * blocks.blockSize;
    const length = SMALLEST_BUFFER + 2 * Math.max(2, this.#reach);
    const constants = slideConstants(blocks, index);
    const isMd4 = blocks.strongHash === 'MD4';
    this.#machine = isMd4 ? MatchMachine.create({ length, filter: index.filter, constants }) : undefined;
    this.#buffer = this.#machine?.bytes ?? new Uint8Array(length);
    this.#words = new Int32Array(this.#buffer.buffer, this.#buffer.byteOffset, length / 4);
    this.#sums = new RollingSums({ blocks, index, constants, buffer: this.#buffer, machine: this.#machine });
    const zeros = zeroClass(blocks);
    this.#areZerosThere = zeros < 0 || blocks.found[zeros] === 1;
  }

  /** Scans one section; `onProgress` is told how many of its bytes are done, before the buffer is filled again. */
  scan(section: SeedSection, onProgress: (done: number) => void): void {
    const { start, end } = section;
    const { blockSize } = this.#blocks;
    const aligned = Math.ceil(start / blockSize) * blockSize;
    this.#expect(aligned - start, aligned / blockSize);
    this.#alarmsLeft = FEW_FALSE_ALARMS + (end - start) * FALSE_ALARMS;
    let base = start;
    let filled = 0;
    while (base < end) {
      filled = this.#fill(section, base, filled);
      const windows = Math.min(end - base, filled - this.#reach);
      const next = this.#scanBuffer(windows);
      onProgress(Math.min(base + next, end) - start);
      if (this.#probeAt !== NOWHERE) this.#probeAt -= next;
      this.#buffer.copyWithin(0, Math.min(next, filled), filled);
      filled = Math.max(0, filled - next);
      base += next;
    }
  }

  /** Fills the buffer behind what it has of the seed from `base` on; behind the seed's end come zeros. */
  #fill({ size, read }: SeedSection, base: number, filled: number): number {
    const buffer = this.#buffer;
    const available = Math.max(0, Math.min(buffer.length, size - base));
    if (filled < available) read(base + filled, buffer.subarray(filled, available));
    buffer.fill(0, Math.max(filled, available));
    return buffer.length;
  }

  #expect(at: number, block: number): void {
    this.#probeAt = block < this.#blocks.count ? at : NOWHERE;
    this.#probeBlock = block;
  }

  /** Leaves out what would be expected before a window. */
  #skipTo(at: number): void {
    const { blockSize } = this.#blocks;
    const left = Math.ceil(Math.max(0, at - this.#probeAt) / blockSize);
    this.#expect(this.#probeAt + left * blockSize, this.#probeBlock + left);
  }

  /** Where the first byte is that is not zero. */
  #endOfZeros(start: number): number {
    const buffer = this.#buffer;
    const words = this.#words;
    let at = start;
    while (at % 4 !== 0 && at < buffer.length && buffer[at] === 0) at++;
    if (at % 4 === 0) {
      let word = at / 4;
      while (word < words.length && words[word] === 0) word++;
      at = 4 * word;
    }
    while (at < buffer.length && buffer[at] === 0) at++;
    return at;
  }

  /** Scans the windows that begin in the buffer below `end`; answers where the next one begins. */
  #scanBuffer(end: number): number {
    const { blockSize } = this.#blocks;
    const buffer = this.#buffer;
    let at = 0;
    while (at < end) {
      const taken = this.#takeExpected(at, end);
      if (taken > 0) {
        at += taken * blockSize;
      } else if (this.#hasExpected(at)) {
        this.#take(this.#probeBlock, at);
        at += blockSize;
      } else {
        const sum = weakSumAt(buffer, at, blockSize);
        if (this.#isExpected(at, sum)) {
          this.#take(this.#probeBlock, at);
          at += blockSize;
        } else {
          at = this.#search(at, end, sum);
        }
      }
    }
    return at;
  }

  /** Slides from a window whose weak sum is known to the first hit, and answers where that ends. */
  #search(start: number, end: number, firstSum: number): number {
    const { blockSize } = this.#blocks;
    const sums = this.#sums;
    sums.start(start, firstSum);
    while (true) {
      sums.slide(Math.min(end, this.#probeAt));
      const { at, sum, neighbourSum } = sums;
      if (at >= end) return at;
      if (sum === 0 && neighbourSum === 0 && this.#areZerosThere) {
        // Blocks of zeros are there, so nothing can begin in a hole of the seed before its last bytes come into view.
        const next = Math.min(this.#endOfZeros(at) - this.#reach, end);
        if (next > at) {
          sums.startInZeros(next);
          this.#skipTo(next);
          continue;
        }
      }
      if (this.#isExpected(at, sum)) {
        this.#take(this.#probeBlock, at);
        return at + blockSize;
      }
      const block = this.#lookUp(at, sum, neighbourSum);
      if (block >= 0) {
        this.#take(block, at);
        return at + blockSize;
      }
      sums.step();
    }
  }

  /** Takes blocks that are expected from a window on, as long as there are enough of them to be hashed at once; answers how many. */
  #takeExpected(start: number, end: number): number {
    const { blockSize, count, classes, found, strongLength } = this.#blocks;
    const machine = this.#machine;
    let taken = 0;
    for (let at = start; machine !== undefined && strongLength >= SURE_STRONG_SUM; at += LANES * blockSize) {
      const first = this.#probeBlock;
      if (at !== this.#probeAt || first + LANES > count || at + (LANES - 1) * blockSize >= end) break;
      for (let lane = 0; lane < LANES; lane++) if (found[classes[first + lane] as number] === 1) return taken;
      machine.hash(at);
      for (let lane = 0; lane < LANES; lane++, taken++) {
        if (!hasStrongSum(this.#blocks, first + lane, machine.digest(lane))) return taken;
        this.#take(first + lane, at + lane * blockSize);
      }
    }
    return taken;
  }

  /** Whether the block that is expected at this window is there, by a strong sum that needs no weak one beside it. */
  #hasExpected(at: number): boolean {
    const { classes, found, strongLength } = this.#blocks;
    if (at !== this.#probeAt || strongLength < SURE_STRONG_SUM) return false;
    return found[classes[this.#probeBlock] as number] === 0 && this.#hasStrongSum(this.#probeBlock, at);
  }

  /**
   * Whether the block that is expected at this window is there; if not, the one after it is expected one block on. A
   * block that was found is not found again: to jump over it would be to miss others of which the same bytes are a part.
   */
  #isExpected(at: number, sum: number): boolean {
    if (at !== this.#probeAt) return false;
    const { weak, weakMask, blockSize, classes, found } = this.#blocks;
    const block = this.#probeBlock;
    const isMissing = found[classes[block] as number] === 0;
    if (isMissing && weak[block] === (sum & weakMask) >>> 0 && this.#hasStrongSum(block, at)) return true;
    this.#expect(at + blockSize, block + 1);
    return false;
  }

  /** The block that the window has, and its neighbours too; -1 for none. What was found is taken out of the index. */
  #lookUp(at: number, sum: number, sum2: number): number {
    const { weak, blockSize, sequentialMatches, classes, found } = this.#blocks;
    const { heads, headShift, nextInSlot } = this.#index;
    if (this.#alarmsLeft <= 0) return -1;
    const isPaired = sequentialMatches > 1;
    const slot = hashWeakSums(sum, sum2) >>> headShift;
    let before = -1;
    for (let block = heads[slot] as number; block >= 0; ) {
      const next = nextInSlot[block] as number;
      const isAlike = weak[block] === sum && (!isPaired || weak[block + 1] === sum2);
      if (isAlike && found[classes[block] as number] === 1) {
        if (before < 0) heads[slot] = next;
        else nextInSlot[before] = next;
      } else {
        if (isAlike) {
          const isHere = this.#hasStrongSum(block, at) && (!isPaired || this.#hasStrongSum(block + 1, at + blockSize));
          if (isHere) return block;
          this.#alarmsLeft--;
        }
        before = block;
      }
      block = next;
    }
    return -1;
  }

  #hasStrongSum(block: number, at: number): boolean {
    return hasStrongSum(this.#blocks, block, this.#strongHash(this.#buffer, at, at + this.#blocks.blockSize));
  }

  #take(block: number, at: number): void {
    const { classes, found, blockSize } = this.#blocks;
    const name = classes[block] as number;
    if (found[name] === 0) {
      found[name] = 1;
      this.#onFound(block, this.#buffer, at);
    }
    this.#expect(at + blockSize, block + 1);
  }
}
