import type { CompressionName } from './codec.ts';
import { contentOf, malformedBlock, tooLong } from './decompressed-block.ts';

/** From this length on, one call into the engine is faster than a loop. */
const LONG = 64;

/** Shorter copies go in words, of which the last may reach so far beyond their end. */
const WORD = 4;

/** What the output of a block is made from. */
export interface CopiedOutputOptions {
  /** The method that messages name. */
  readonly name: CompressionName;
  readonly input: Uint8Array;
  readonly maximumLength: number;
}

/** The output of an LZ77 method that has nothing but bytes: literals from the input, and matches from what was written before. */
export class CopiedOutput {
  readonly #name: CompressionName;
  readonly #input: Uint8Array;
  readonly #inputView: DataView;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #maximumLength: number;
  #position = 0;

  constructor({ name, input, maximumLength }: CopiedOutputOptions) {
    this.#name = name;
    this.#input = input;
    this.#inputView = new DataView(input.buffer, input.byteOffset, input.length);
    this.#bytes = new Uint8Array(maximumLength + WORD);
    this.#view = new DataView(this.#bytes.buffer);
    this.#maximumLength = maximumLength;
  }

  /** All that was written. */
  get content(): Uint8Array {
    return contentOf(this.#bytes, this.#position);
  }

  /**
   * Copies bytes of the input, which the caller knows to have them.
   *
   * @throws AppImageError `malformed` when there are more than may be
   */
  copyLiterals(start: number, length: number): void {
    const position = this.#advance(length);
    if (length >= LONG) {
      this.#bytes.set(this.#input.subarray(start, start + length), position);
    } else if (start + length + WORD <= this.#input.length) {
      for (let done = 0; done < length; done += WORD) {
        this.#view.setUint32(position + done, this.#inputView.getUint32(start + done, true), true);
      }
    } else {
      for (let done = 0; done < length; done++) this.#bytes[position + done] = this.#input[start + done] as number;
    }
  }

  /**
   * Repeats what was written `distance` bytes before; where that reaches into itself, it repeats its own start.
   *
   * @throws AppImageError `malformed` when that is before the start, or when there is more than may be
   */
  copyMatch(distance: number, length: number): void {
    if (distance === 0 || distance > this.#position) {
      throw malformedBlock(this.#name, `a match must begin 1 to ${this.#position} bytes back, found ${distance}`);
    }
    const position = this.#advance(length);
    const bytes = this.#bytes;
    const end = position + length;
    if (distance < WORD) {
      for (let to = position; to < end; to++) bytes[to] = bytes[to - distance] as number;
    } else if (length < LONG || distance < LONG) {
      const view = this.#view;
      for (let to = position; to < end; to += WORD) view.setUint32(to, view.getUint32(to - distance, true), true);
    } else {
      // A piece that is as long as the distance does not overlap itself.
      for (let to = position; to < end; to += distance) {
        bytes.copyWithin(to, to - distance, Math.min(to, end - distance));
      }
    }
  }

  #advance(length: number): number {
    const position = this.#position;
    if (length > this.#maximumLength - position) throw tooLong(this.#name, this.#maximumLength);
    this.#position = position + length;
    return position;
  }
}
