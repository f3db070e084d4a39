/*
 * How far back a match begins, less one: a slot, which gives the two highest bits and how many follow, and those that follow.
 * Source: "LZMA specification" (lzma-specification.txt) in the LZMA SDK.
 */
import { adapted, isZero, narrowed } from './bit-arithmetic.ts';
import { Place } from './lzma-model.ts';
import { CODER, type LzmaRun } from './lzma-run.ts';

/** Decodes the distance of a match of `length` bytes. */
export function decodeDistance({ input, model, coder }: LzmaRun, length: number): number {
  let range = coder[CODER.range] as number;
  let code = coder[CODER.code] as number;
  let at = coder[CODER.inputPosition] as number;
  let place = 0;
  let probability = 0;
  let bound = 0;
  let zero = 0;

  let tree = Place.distanceSlot + ((length < 6 ? length - 2 : 3) << 6);
  let symbol = 1;
  do {
    if (range >>> 24 === 0) {
      range <<= 8;
      code = (code << 8) | (input[at++] as number);
    }
    place = tree + symbol;
    probability = model[place] as number;
    bound = Math.imul(range >>> 11, probability);
    zero = isZero(code, bound);
    range = narrowed(range, bound, zero);
    code = (code - (bound & ~zero)) | 0;
    model[place] = adapted(probability, zero);
    symbol = (symbol << 1) + 1 + zero;
  } while (symbol < 64);
  const slot = symbol - 64;
  let distance = slot;
  if (slot >= 4) {
    let lowBits = (slot >> 1) - 1;
    distance = 2 | (slot & 1);
    if (slot < 14) {
      distance <<= lowBits;
      tree = Place.distanceSpecial + distance - slot;
    } else {
      for (; lowBits > 4; lowBits--) {
        if (range >>> 24 === 0) {
          range <<= 8;
          code = (code << 8) | (input[at++] as number);
        }
        range >>>= 1;
        code = (code - range) | 0;
        zero = code >> 31;
        code = (code + (range & zero)) | 0;
        distance = (distance << 1) + 1 + zero;
      }
      distance <<= 4;
      tree = Place.distanceAlign;
    }
    symbol = 1;
    for (let bit = 0; bit < lowBits; bit++) {
      if (range >>> 24 === 0) {
        range <<= 8;
        code = (code << 8) | (input[at++] as number);
      }
      place = tree + symbol;
      probability = model[place] as number;
      bound = Math.imul(range >>> 11, probability);
      zero = isZero(code, bound);
      range = narrowed(range, bound, zero);
      code = (code - (bound & ~zero)) | 0;
      model[place] = adapted(probability, zero);
      symbol = (symbol << 1) + 1 + zero;
      distance = (distance + ((1 + zero) << bit)) | 0;
    }
  }

  coder[CODER.range] = range;
  coder[CODER.code] = code;
  coder[CODER.inputPosition] = at;
  return distance;
}
