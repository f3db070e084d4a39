/*
 * LZMA's symbols: a binary range decoder with adaptive probabilities, whose bits say how literals and matches follow each other.
 * Source: "LZMA specification" (lzma-specification.txt) in the LZMA SDK.
 *
 * Each bit is decoded in place, with the range and the code in local variables: behind a function call a bit, they would cost
 * a quarter of the speed.
 */
import type { AppImageError } from '../../errors.ts';
import type { CompressionName } from '../codec.ts';
import { malformedBlock } from '../decompressed-block.ts';
import { adapted, isZero, lowered, narrowed, raised } from './bit-arithmetic.ts';
import { decodeDistance } from './decode-distance.ts';
import { LengthPlace, LITERAL_SIZE, Place } from './lzma-model.ts';
import { CODER, type LzmaRun } from './lzma-run.ts';

/** The distance, less one, that stands for the end. */
const END_MARKER = -1;

/** Decodes until the output has `limit` bytes, or to the end marker. */
export function decodeSymbols(run: LzmaRun, limit: number): void {
  const { input, inputEnd, output, model, origin, properties, coder } = run;
  const { literalContextBits } = properties;
  const contextShift = 8 - literalContextBits;
  const literalMask = (1 << properties.literalPositionBits) - 1;
  const positionMask = (1 << properties.positionBits) - 1;
  let range = coder[CODER.range] as number;
  let code = coder[CODER.code] as number;
  let at = coder[CODER.inputPosition] as number;
  let rep0 = coder[CODER.rep0] as number;
  let { position, state, rep1, rep2, rep3 } = run;
  let place = 0;
  let probability = 0;
  let bound = 0;
  let zero = 0;
  let isNew = false;

  while (position < limit) {
    if (at > inputEnd) throw malformedBlock(run.name, 'data must end with its last symbol, found that symbols go on');
    const written = position - origin;
    const positionState = written & positionMask;

    if (range >>> 24 === 0) {
      range <<= 8;
      code = (code << 8) | (input[at++] as number);
    }
    place = Place.isMatch + (state << 4) + positionState;
    probability = model[place] as number;
    bound = Math.imul(range >>> 11, probability);
    if (code >>> 0 < bound >>> 0) {
      range = bound;
      model[place] = raised(probability);
      const before = written === 0 ? 0 : (output[position - 1] as number);
      const context = ((written & literalMask) << literalContextBits) + (before >> contextShift);
      const tree = Place.literals + LITERAL_SIZE * context;
      let symbol = 1;
      if (state < 7) {
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
        } while (symbol < 0x100);
      } else {
        // The byte with which the last match would have gone on chooses the probabilities, as long as it is right.
        let expected = output[position - rep0 - 1] as number;
        let agreeing = 0x100;
        do {
          expected <<= 1;
          const expectedBit = expected & agreeing;
          if (range >>> 24 === 0) {
            range <<= 8;
            code = (code << 8) | (input[at++] as number);
          }
          place = tree + agreeing + expectedBit + symbol;
          probability = model[place] as number;
          bound = Math.imul(range >>> 11, probability);
          zero = isZero(code, bound);
          range = narrowed(range, bound, zero);
          code = (code - (bound & ~zero)) | 0;
          model[place] = adapted(probability, zero);
          symbol = (symbol << 1) + 1 + zero;
          agreeing &= expectedBit ^ zero;
        } while (symbol < 0x100);
      }
      output[position++] = symbol;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    range = (range - bound) | 0;
    code = (code - bound) | 0;
    model[place] = lowered(probability);

    if (range >>> 24 === 0) {
      range <<= 8;
      code = (code << 8) | (input[at++] as number);
    }
    place = Place.isRepetition + state;
    probability = model[place] as number;
    bound = Math.imul(range >>> 11, probability);
    if (code >>> 0 < bound >>> 0) {
      range = bound;
      model[place] = raised(probability);
      rep3 = rep2;
      rep2 = rep1;
      rep1 = rep0;
      isNew = true;
      state = state < 7 ? 7 : 10;
    } else {
      range = (range - bound) | 0;
      code = (code - bound) | 0;
      model[place] = lowered(probability);
      if (range >>> 24 === 0) {
        range <<= 8;
        code = (code << 8) | (input[at++] as number);
      }
      place = Place.isNotRep0 + state;
      probability = model[place] as number;
      bound = Math.imul(range >>> 11, probability);
      if (code >>> 0 < bound >>> 0) {
        range = bound;
        model[place] = raised(probability);
        if (range >>> 24 === 0) {
          range <<= 8;
          code = (code << 8) | (input[at++] as number);
        }
        place = Place.isLongRep0 + (state << 4) + positionState;
        probability = model[place] as number;
        bound = Math.imul(range >>> 11, probability);
        if (code >>> 0 < bound >>> 0) {
          range = bound;
          model[place] = raised(probability);
          if (rep0 >>> 0 >= written) throw badDistance(run.name, rep0, written);
          output[position] = output[position - rep0 - 1] as number;
          position += 1;
          state = state < 7 ? 9 : 11;
          continue;
        }
        range = (range - bound) | 0;
        code = (code - bound) | 0;
        model[place] = lowered(probability);
      } else {
        range = (range - bound) | 0;
        code = (code - bound) | 0;
        model[place] = lowered(probability);
        let distance = 0;
        if (range >>> 24 === 0) {
          range <<= 8;
          code = (code << 8) | (input[at++] as number);
        }
        place = Place.isNotRep1 + state;
        probability = model[place] as number;
        bound = Math.imul(range >>> 11, probability);
        if (code >>> 0 < bound >>> 0) {
          range = bound;
          model[place] = raised(probability);
          distance = rep1;
        } else {
          range = (range - bound) | 0;
          code = (code - bound) | 0;
          model[place] = lowered(probability);
          if (range >>> 24 === 0) {
            range <<= 8;
            code = (code << 8) | (input[at++] as number);
          }
          place = Place.isNotRep2 + state;
          probability = model[place] as number;
          bound = Math.imul(range >>> 11, probability);
          if (code >>> 0 < bound >>> 0) {
            range = bound;
            model[place] = raised(probability);
            distance = rep2;
          } else {
            range = (range - bound) | 0;
            code = (code - bound) | 0;
            model[place] = lowered(probability);
            distance = rep3;
            rep3 = rep2;
          }
          rep2 = rep1;
        }
        rep1 = rep0;
        rep0 = distance;
      }
      isNew = false;
      state = state < 7 ? 8 : 11;
    }

    const lengths = isNew ? Place.matchLength : Place.repetitionLength;
    let tree = 0;
    let treeSize = 8;
    let length = 2;
    if (range >>> 24 === 0) {
      range <<= 8;
      code = (code << 8) | (input[at++] as number);
    }
    place = lengths + LengthPlace.isNotLow;
    probability = model[place] as number;
    bound = Math.imul(range >>> 11, probability);
    if (code >>> 0 < bound >>> 0) {
      range = bound;
      model[place] = raised(probability);
      tree = lengths + LengthPlace.low + (positionState << 3);
    } else {
      range = (range - bound) | 0;
      code = (code - bound) | 0;
      model[place] = lowered(probability);
      if (range >>> 24 === 0) {
        range <<= 8;
        code = (code << 8) | (input[at++] as number);
      }
      place = lengths + LengthPlace.isHigh;
      probability = model[place] as number;
      bound = Math.imul(range >>> 11, probability);
      if (code >>> 0 < bound >>> 0) {
        range = bound;
        model[place] = raised(probability);
        tree = lengths + LengthPlace.middle + (positionState << 3);
        length = 10;
      } else {
        range = (range - bound) | 0;
        code = (code - bound) | 0;
        model[place] = lowered(probability);
        tree = lengths + LengthPlace.high;
        treeSize = 256;
        length = 18;
      }
    }
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
    } while (symbol < treeSize);
    length += symbol - treeSize;

    if (isNew) {
      coder[CODER.range] = range;
      coder[CODER.code] = code;
      coder[CODER.inputPosition] = at;
      rep0 = decodeDistance(run, length);
      range = coder[CODER.range] as number;
      code = coder[CODER.code] as number;
      at = coder[CODER.inputPosition] as number;
      if (rep0 === END_MARKER) {
        run.endMarkerFound = true;
        break;
      }
    }
    if (rep0 >>> 0 >= written) throw badDistance(run.name, rep0, written);
    if (length > limit - position)
      throw malformedBlock(run.name, `a match must end within ${limit} bytes, found one beyond`);
    let from = position - rep0 - 1;
    const end = position + length;
    do {
      output[position++] = output[from++] as number;
    } while (position < end);
  }

  if (range >>> 24 === 0) {
    range <<= 8;
    code = (code << 8) | (input[at++] as number);
  }
  coder[CODER.range] = range;
  coder[CODER.code] = code;
  coder[CODER.inputPosition] = at;
  coder[CODER.rep0] = rep0;
  run.position = position;
  run.state = state;
  run.rep1 = rep1;
  run.rep2 = rep2;
  run.rep3 = rep3;
}

function badDistance(name: CompressionName, distance: number, written: number): AppImageError {
  return malformedBlock(name, `a match must begin at most ${written} bytes back, found ${(distance >>> 0) + 1}`);
}
