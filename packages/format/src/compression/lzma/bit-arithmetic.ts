/*
 * The arithmetic of one adaptive bit: integers of 32 bits in, one out, no branch. Bits of symbols are hard to guess, so a
 * branch on each would cost more than these few steps.
 */

/**
 * Whether a bit is a zero, all bits set for yes and none for no: the code lies below the bound, both taken as unsigned.
 * Computed as the borrow of their subtraction.
 */
export function isZero(code: number, bound: number): number {
  return ((~code & bound) | ((~code | bound) & (code - bound))) >> 31;
}

/** The part of the range that stands for the bit. */
export function narrowed(range: number, bound: number, zero: number): number {
  return ((range - bound) & ~zero) | (bound & zero);
}

/** The probability of a zero, once a bit is known: a 32nd of the way nearer to certainty. */
export function adapted(probability: number, zero: number): number {
  return probability + (((2017 & zero) + 31 - probability) >> 5);
}

/** {@link adapted} after a zero. */
export function raised(probability: number): number {
  return probability + ((2048 - probability) >> 5);
}

/** {@link adapted} after a one. */
export function lowered(probability: number): number {
  return probability - (probability >> 5);
}
