/*
 * The table behind the headers: one record for each block of the target, the weak sum and the strong one, both cut
 * short. Source: zsync specification, "Checksum Section", https://github.com/cph6/zsync/blob/master/SPEC.md. What it
 * says of weak sums of two bytes (a byte of A and one of B) is not what any version has ever written: those are B.
 */
import { weakSumMask } from './weak-sum.ts';

/** How much of each sum is stored, and how many blocks in a row must match. */
export interface ZsyncHashLengths {
  /** Neighbouring blocks whose weak sums must match before the first of them counts as found: 1 or 2. */
  readonly sequentialMatches: number;
  /** Bytes of a weak sum: 1 to 4. */
  readonly weak: number;
  /** Bytes of a strong sum: 3 to those of the whole hash. */
  readonly strong: number;
}

/** The sums of all blocks, in the order of the blocks. */
export interface BlockSums {
  /** A in the upper 16 bits and B in the lower ones, as far as they are stored; what is not stored is zero. */
  readonly weak: Uint32Array;
  /** The strong sums one after the other, each of `hashLengths.strong` bytes. */
  readonly strong: Uint8Array;
}

/** Whether every client takes these lengths; `wholeHash` is the size of the strong hash. */
export function areHashLengths({ sequentialMatches, weak, strong }: ZsyncHashLengths, wholeHash: number): boolean {
  const isWithin = (value: number, minimum: number, maximum: number) =>
    Number.isInteger(value) && value >= minimum && value <= maximum;
  return isWithin(sequentialMatches, 1, 2) && isWithin(weak, 1, 4) && isWithin(strong, 3, wholeHash);
}

/** Whether a block may have this many bytes. */
export function isPowerOfTwo(blockSize: number): boolean {
  return blockSize >= 1 && 2 ** Math.round(Math.log2(blockSize)) === blockSize;
}

/** Bytes of one record. */
export function blockSumsRecordSize({ weak, strong }: ZsyncHashLengths): number {
  return weak + strong;
}

/** Parses a table, which must have exactly the bytes of `count` records. */
export function parseBlockSums(table: Uint8Array, count: number, lengths: ZsyncHashLengths): BlockSums {
  const weak = new Uint32Array(count);
  const strong = new Uint8Array(count * lengths.strong);
  let position = 0;
  for (let block = 0; block < count; block++) {
    let sum = 0;
    const end = position + lengths.weak;
    for (; position < end; position++) sum = (sum << 8) | (table[position] as number); //        0       rsum
    weak[block] = sum;
    strong.set(table.subarray(position, position + lengths.strong), block * lengths.strong); //  1 to 4  checksum
    position += lengths.strong;
  }
  return { weak, strong };
}

/** The mirror of {@link parseBlockSums}. */
export function serializeBlockSums(sums: BlockSums, lengths: ZsyncHashLengths): Uint8Array {
  const { weak, strong } = sums;
  const mask = weakSumMask(lengths.weak);
  const table = new Uint8Array(weak.length * blockSumsRecordSize(lengths));
  let position = 0;
  for (let block = 0; block < weak.length; block++) {
    const sum = (weak[block] as number) & mask;
    for (let shift = 8 * (lengths.weak - 1); shift >= 0; shift -= 8) table[position++] = sum >>> shift; //      0  rsum
    table.set(strong.subarray(block * lengths.strong, (block + 1) * lengths.strong), position); //         1 to 4  checksum
    position += lengths.strong;
  }
  return table;
}
