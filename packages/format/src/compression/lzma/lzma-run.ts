import type { CompressionName } from '../codec.ts';
import type { LzmaProperties } from './lzma-properties.ts';

/** What the parts of the decoder share: the state of a run of the range decoder, between two calls. */
export interface LzmaRun {
  /** The method that messages name. */
  readonly name: CompressionName;
  /** With a margin behind its end, as reading too far is only noticed after a symbol. */
  readonly input: Uint8Array;
  readonly inputEnd: number;
  /** Is the dictionary, too, from `origin` on. */
  readonly output: Uint8Array;
  readonly origin: number;
  /** Bytes of output so far. */
  position: number;
  readonly properties: LzmaProperties;
  /** The probabilities; see `lzma-model.ts`. */
  readonly model: Uint16Array;
  /** Numbers of 32 bits, by {@link CODER}: in fields of an object an engine would keep some of them as floating-point numbers. */
  readonly coder: Int32Array;
  /** What the last symbols were: below 7 after a literal. */
  state: number;
  /** The latest distances but the newest, less one. */
  rep1: number;
  rep2: number;
  rep3: number;
  /** Set when the encoder has said that there is no more. */
  endMarkerFound: boolean;
}

/** Which element of `coder` is what. */
export const CODER = {
  range: 0,
  code: 1,
  inputPosition: 2,
  /** The newest distance, less one. */
  rep0: 3,
} as const;
