import type { Hasher } from '../hash/hasher.ts';
import type { BlockSums, ZsyncHashLengths } from './block-sums.ts';
import { weakSum, weakSumMask } from './weak-sum.ts';

/** What is summed, and how. */
export interface BlockSummerOptions {
  /** Blocks in all. */
  readonly count: number;
  readonly blockSize: number;
  readonly hashLengths: ZsyncHashLengths;
  /** Of the strong sums. */
  readonly hasher: Hasher;
}

/** Sums the blocks of a file that comes in pieces of whole blocks; only the last block may be short. */
export class BlockSummer {
  /** Complete once all pieces were added. */
  readonly sums: BlockSums;
  readonly #hasher: Hasher;
  readonly #blockSize: number;
  readonly #strongLength: number;
  readonly #weakMask: number;
  #next = 0;

  constructor({ count, blockSize, hashLengths: { weak, strong }, hasher }: BlockSummerOptions) {
    this.sums = { weak: new Uint32Array(count), strong: new Uint8Array(count * strong) };
    this.#hasher = hasher;
    this.#blockSize = blockSize;
    this.#strongLength = strong;
    this.#weakMask = weakSumMask(weak);
  }

  add(piece: Uint8Array): void {
    const { weak, strong } = this.sums;
    for (let offset = 0; offset < piece.length; offset += this.#blockSize) {
      const block = this.#next++;
      const bytes = piece.subarray(offset, offset + this.#blockSize);
      weak[block] = weakSum(bytes, this.#blockSize) & this.#weakMask;
      strong.set(this.#strongSum(bytes), block * this.#strongLength);
    }
  }

  #strongSum(bytes: Uint8Array): Uint8Array {
    this.#hasher.update(bytes);
    if (bytes.length < this.#blockSize) this.#hasher.update(new Uint8Array(this.#blockSize - bytes.length));
    return this.#hasher.digest().subarray(0, this.#strongLength);
  }
}
