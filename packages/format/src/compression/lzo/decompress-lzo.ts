/*
 * LZO1X, which all of liblzo's compressors `lzo1x_*` write: instructions that copy a match and up to three literals after it, or
 * a run of literals. What the low instructions mean depends on how many literals were copied just before.
 * Source: "LZO stream format as understood by Linux's LZO decompressor" (Documentation/staging/lzo.rst) in Linux, version 0; the
 * run-length version 1 is of no file system.
 */
import type { AppImageError } from '../../errors.ts';
import { CopiedOutput } from '../copied-output.ts';
import { malformedBlock } from '../decompressed-block.ts';

const NAME = 'lzo';

/** A first byte above this stands for that many literals more. */
const FIRST_LITERALS = 17;

/** What counts as "many literals" before an instruction. */
const MANY = 4;

/** The distances of the two far kinds of match begin behind the near ones'; this one of the farthest says that the stream ends. */
const FAR = 2049;
const FARTHEST = 16_384;

/**
 * Decompresses a block of LZO1X, without the container that the command `lzop` puts around it.
 *
 * @throws AppImageError `malformed` as {@link DecompressBlock} says; the format has no checksum
 */
export function decompressLzo(data: Uint8Array, maximumLength: number): Uint8Array {
  const input = new LzoInput(data);
  const output = new CopiedOutput({ name: NAME, input: data, maximumLength });
  let literalsBefore = 0;

  const copyLiterals = (length: number): void => {
    if (length > 0) output.copyLiterals(input.skip(length), length);
    literalsBefore = Math.min(length, MANY);
  };

  if (data.length > 0 && (data[0] as number) > FIRST_LITERALS) copyLiterals(input.byte() - FIRST_LITERALS);
  while (true) {
    const instruction = input.byte();
    if (instruction >= 64) {
      const distance = (input.byte() << 3) + ((instruction >>> 2) & 7) + 1;
      output.copyMatch(distance, (instruction >>> 5) + 1);
      copyLiterals(instruction & 3);
    } else if (instruction >= 32) {
      const length = input.length(instruction & 31, 31) + 2;
      const operand = input.uint16();
      output.copyMatch((operand >>> 2) + 1, length);
      copyLiterals(operand & 3);
    } else if (instruction >= 16) {
      const length = input.length(instruction & 7, 7) + 2;
      const operand = input.uint16();
      const distance = FARTHEST + ((instruction & 8) << 11) + (operand >>> 2);
      if (distance === FARTHEST) break;
      output.copyMatch(distance, length);
      copyLiterals(operand & 3);
    } else if (literalsBefore === 0) {
      copyLiterals(input.length(instruction, 15) + 3);
    } else {
      const distance = (input.byte() << 2) + (instruction >>> 2);
      if (literalsBefore === MANY) output.copyMatch(distance + FAR, 3);
      else output.copyMatch(distance + 1, 2);
      copyLiterals(instruction & 3);
    }
  }
  if (input.remaining > 0) {
    throw malformedBlock(NAME, `it must end with its end marker, found ${input.remaining} bytes more`);
  }
  return output.content;
}

/** Reads the operands of instructions. */
class LzoInput {
  readonly #data: Uint8Array;
  #at = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  get remaining(): number {
    return this.#data.length - this.#at;
  }

  byte(): number {
    return this.#data[this.skip(1)] as number;
  }

  uint16(): number {
    const start = this.skip(2);
    return (this.#data[start] as number) | ((this.#data[start + 1] as number) << 8);
  }

  /** A length that stands in the instruction, or goes on in the next bytes, up to the first that is not 0. */
  length(bits: number, most: number): number {
    if (bits > 0) return bits;
    let length = most;
    while (true) {
      const more = this.byte();
      if (more > 0) return length + more;
      length += 255;
    }
  }

  /** Passes over some bytes; answers where they begin. */
  skip(length: number): number {
    if (length > this.remaining) throw cutOff();
    const start = this.#at;
    this.#at += length;
    return start;
  }
}

function cutOff(): AppImageError {
  return malformedBlock(NAME, 'it must end with its end marker, found that it is cut off');
}
