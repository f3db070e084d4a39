import type { AppImageError } from '../../errors.ts';
import type { CompressionName } from '../codec.ts';
import { malformedBlock } from '../decompressed-block.ts';
import { decodeSymbols } from './decode-symbols.ts';
import { freshLzmaModel } from './lzma-model.ts';
import type { LzmaProperties } from './lzma-properties.ts';
import { CODER, type LzmaRun } from './lzma-run.ts';

/** Bytes with which a run of the range decoder begins. */
export const RUN_HEADER_SIZE = 5;

/** A symbol has at most 48 bits, and a bit takes at most one byte: so far may reading go beyond the end before it is noticed. */
const MARGIN = 48;

/** A copy of the input with room for {@link LzmaDecoder.decode} to read a little too far. */
export function withMargin(data: Uint8Array): Uint8Array {
  const padded = new Uint8Array(data.length + MARGIN);
  padded.set(data);
  return padded;
}

/** What a decoder works on. */
export interface LzmaDecoderOptions {
  /** The method that messages name. */
  readonly name: CompressionName;
  /** From {@link withMargin}. */
  readonly input: Uint8Array;
  /** Is the dictionary, too: no other is allocated, whatever size the stream asks for. */
  readonly output: Uint8Array;
}

/** Decodes runs of LZMA into one output; the caller knows where each begins and ends. */
export class LzmaDecoder {
  readonly #run: { -readonly [Field in keyof LzmaRun]: LzmaRun[Field] };

  constructor({ name, input, output }: LzmaDecoderOptions) {
    this.#run = {
      name,
      input,
      inputEnd: 0,
      output,
      origin: 0,
      position: 0,
      properties: { literalContextBits: 0, literalPositionBits: 0, positionBits: 0 },
      model: new Uint16Array(0),
      coder: new Int32Array(4),
      state: 0,
      rep1: 0,
      rep2: 0,
      rep3: 0,
      endMarkerFound: false,
    };
  }

  /** Bytes of output so far. */
  get position(): number {
    return this.#run.position;
  }

  /** Whether the encoder has said that there is no more. */
  get endMarkerFound(): boolean {
    return this.#run.endMarkerFound;
  }

  /** Whether the range decoder has used its input up, as it has at the end of each run. */
  get isFinished(): boolean {
    const { coder, inputEnd } = this.#run;
    return coder[CODER.code] === 0 && coder[CODER.inputPosition] === inputEnd;
  }

  /** Forgets what was decoded; positions count from here on. */
  resetDictionary(): void {
    this.#run.origin = this.#run.position;
  }

  /** Forgets all probabilities and distances; the properties stay unless there are new ones. */
  resetState(properties: LzmaProperties = this.#run.properties): void {
    const run = this.#run;
    run.properties = properties;
    run.model = freshLzmaModel(properties, run.model);
    run.state = 0;
    run.coder[CODER.rep0] = 0;
    run.rep1 = 0;
    run.rep2 = 0;
    run.rep3 = 0;
  }

  /** Takes a part of the input over as it is. */
  store(start: number, end: number): void {
    const { input, output, position } = this.#run;
    output.set(input.subarray(start, end), position);
    this.#run.position += end - start;
  }

  /** Begins a run over a part of the input, of at least {@link RUN_HEADER_SIZE} bytes. */
  startRun(start: number, end: number): void {
    const { input, coder } = this.#run;
    const header = new DataView(input.buffer, input.byteOffset + start, RUN_HEADER_SIZE);
    const first = header.getUint8(0);
    if (first !== 0) throw this.malformed(`the first byte of LZMA data must be 0, found ${first}`);
    coder[CODER.code] = header.getInt32(1);
    coder[CODER.range] = -1;
    coder[CODER.inputPosition] = start + RUN_HEADER_SIZE;
    this.#run.inputEnd = end;
  }

  /** Decodes until the output has `limit` bytes, or to the end marker. */
  decode(limit: number): void {
    decodeSymbols(this.#run, limit);
  }

  malformed(reason: string): AppImageError {
    return malformedBlock(this.#run.name, reason);
  }
}
