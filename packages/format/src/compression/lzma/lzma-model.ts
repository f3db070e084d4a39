/*
 * The adaptive probabilities of an LZMA stream, all in one array. A tree of n bits takes 2^n places, of which the first is
 * not used.
 * Source: "LZMA specification" (lzma-specification.txt) in the LZMA SDK.
 */
import type { LzmaProperties } from './lzma-properties.ts';

/** Of a zero, out of 2048. */
const EVEN_CHANCE = 1024;

/** What the last symbols were, literals or matches: each of these has probabilities of its own. */
const STATES = 12;

/** Places for all values of the position's low bits, however many of them are used. */
const POSITIONS = 16;

const IS_REPETITION = STATES * POSITIONS;
const IS_LONG_REP0 = IS_REPETITION + 4 * STATES;
const DISTANCE_SLOT = IS_LONG_REP0 + STATES * POSITIONS;
const DISTANCE_SPECIAL = DISTANCE_SLOT + 4 * 64;
const DISTANCE_ALIGN = DISTANCE_SPECIAL + 128;
const MATCH_LENGTH = DISTANCE_ALIGN + 16;
const LENGTH_SIZE = 2 + 2 * POSITIONS * 8 + 256;

/** Where in the array the probabilities for each kind of bit begin. */
export const Place = {
  /** One a state and position, as has `isLongRep0`; one a state have those between. */
  isMatch: 0,
  isRepetition: IS_REPETITION,
  isNotRep0: IS_REPETITION + STATES,
  isNotRep1: IS_REPETITION + 2 * STATES,
  isNotRep2: IS_REPETITION + 3 * STATES,
  isLongRep0: IS_LONG_REP0,
  /** Trees of 6 bits, one for each of four classes of match length. */
  distanceSlot: DISTANCE_SLOT,
  /** Reverse trees for the slots 4 to 13; that of a slot begins at its smallest distance, less the slot. */
  distanceSpecial: DISTANCE_SPECIAL,
  /** The reverse tree for the lowest 4 bits of larger distances. */
  distanceAlign: DISTANCE_ALIGN,
  /** The coders of lengths, for matches and for repetitions, whose parts {@link LengthPlace} names. */
  matchLength: MATCH_LENGTH,
  repetitionLength: MATCH_LENGTH + LENGTH_SIZE,
  /** One group of {@link LITERAL_SIZE} a context; at the end, as their number differs. */
  literals: MATCH_LENGTH + 2 * LENGTH_SIZE,
} as const;

/** Where in a coder of lengths its parts begin. */
export const LengthPlace = {
  isNotLow: 0,
  isHigh: 1,
  /** Trees of 3 bits, one a position. */
  low: 2,
  middle: 2 + POSITIONS * 8,
  /** A tree of 8 bits. */
  high: 2 + 2 * POSITIONS * 8,
} as const;

/** Places of one literal context: a tree of 8 bits, and two more for literals after a match. */
export const LITERAL_SIZE = 0x300;

/** A model that knows nothing yet; the array of an earlier one is used again where its size is right. */
export function freshLzmaModel(
  { literalContextBits, literalPositionBits }: LzmaProperties,
  earlier: Uint16Array,
): Uint16Array {
  const size = Place.literals + (LITERAL_SIZE << (literalContextBits + literalPositionBits));
  return (earlier.length === size ? earlier : new Uint16Array(size)).fill(EVEN_CHANCE);
}
