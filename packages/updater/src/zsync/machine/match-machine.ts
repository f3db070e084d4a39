import type { BlockIndex } from '../block-index.ts';
import type { TargetBlocks } from '../target-blocks.ts';
import { assembleModule } from './instructions.ts';
import { LANES_STATE_LENGTH, md4LanesFunction } from './md4-lanes-code.ts';
import { type SlideConstants, slideFunction } from './slide-code.ts';

/** Blocks that are hashed together. */
export const LANES = 4;

const CHUNK = 64;
const PAGE = 65_536;

/* The memory: the states, the rest of a message behind a block, the bytes that are searched, the filter. */
const LANES_STATE_AT = 0;
const SLIDE_STATE_AT: number = LANES_STATE_AT + LANES_STATE_LENGTH;
const PADDING_AT: number = SLIDE_STATE_AT + CHUNK;
const BYTES_AT: number = PADDING_AT + CHUNK;

/** Windows of a buffer: where it is, and A and B of its own and its neighbour's sum, of which the last 16 bits count. */
export const SLIDE_STATE_WORDS = 5;

/** As much of WebAssembly as is needed here; the types of Node have none of it. */
interface WebAssemblyInterface {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, object>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

type HashChunks = (first: number, second: number, third: number, fourth: number, chunks: number) => void;

/**
 * The two loops of the search as machine code, made for one target: the slide at four times the speed that the same has in
 * JavaScript, and MD4 of four neighbouring blocks at once at five times.
 */
export class MatchMachine {
  /** What is searched: a buffer in the memory of the machine, so that nothing is copied. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly slideState: Int32Array;
  /** Slides to the next window that the filter lets pass, or to `stop`; where that is, is in {@link slideState}. */
  readonly slide: (stop: number) => void;
  readonly #blockSize: number;
  readonly #state: Int32Array;
  readonly #stateBytes: Uint8Array;
  readonly #digest: Uint8Array = new Uint8Array(16);
  readonly #hashChunks: HashChunks;

  private constructor({ Memory, Module, Instance }: WebAssemblyInterface, { length, filter, constants }: MachinePlan) {
    const { blockSize } = constants;
    const filterAt = BYTES_AT + length;
    const memory = new Memory({ initial: Math.ceil((filterAt + filter.length) / PAGE) });
    const code = assembleModule([
      md4LanesFunction(LANES_STATE_AT),
      slideFunction(constants, { stateAt: SLIDE_STATE_AT, filterAt, bytesAt: BYTES_AT }),
    ]);
    const instance = new Instance(new Module(code), { host: { memory } });
    const { buffer } = memory;
    this.#hashChunks = instance.exports['hash'] as HashChunks;
    this.slide = instance.exports['slide'] as (stop: number) => void;
    this.#blockSize = blockSize;
    this.#state = new Int32Array(buffer, LANES_STATE_AT, LANES_STATE_LENGTH / 4);
    this.#stateBytes = new Uint8Array(buffer, LANES_STATE_AT, LANES_STATE_LENGTH);
    this.slideState = new Int32Array(buffer, SLIDE_STATE_AT, SLIDE_STATE_WORDS);
    this.bytes = new Uint8Array(buffer, BYTES_AT, length);
    new Uint8Array(buffer, filterAt).set(filter);
    const padding = new DataView(buffer, PADDING_AT, CHUNK);
    padding.setUint8(0, 0x80);
    padding.setBigUint64(CHUNK - 8, 8n * BigInt(blockSize), true);
  }

  /**
   * Makes the machine with a buffer of that length; undefined for blocks that are no whole chunks of MD4, or where there is no
   * WebAssembly with vectors.
   */
  static create(plan: MachinePlan): MatchMachine | undefined {
    const { WebAssembly: engine } = globalThis as { WebAssembly?: WebAssemblyInterface };
    if (plan.constants.blockSize % CHUNK !== 0 || engine === undefined) return undefined;
    try {
      return new MatchMachine(engine, plan);
    } catch (error) {
      if (error instanceof Error && error.name === 'CompileError') return undefined; // a processor without vectors
      throw error;
    }
  }

  /** Hashes the four blocks in {@link bytes} from `at` on. */
  hash(at: number): void {
    const blockSize = this.#blockSize;
    const start = BYTES_AT + at;
    this.#state.fill(0x67452301, 0, 4).fill(0xefcdab89, 4, 8).fill(0x98badcfe, 8, 12).fill(0x10325476, 12, 16);
    this.#hashChunks(start, start + blockSize, start + 2 * blockSize, start + 3 * blockSize, blockSize / CHUNK);
    this.#hashChunks(PADDING_AT, PADDING_AT, PADDING_AT, PADDING_AT, 1);
  }

  /** The digest of one of the four; the next call overwrites it. */
  digest(lane: number): Uint8Array {
    const digest = this.#digest;
    const bytes = this.#stateBytes;
    for (let index = 0; index < 16; index++) {
      digest[index] = bytes[16 * (index >> 2) + 4 * lane + (index & 3)] as number;
    }
    return digest;
  }
}

/** What a machine is made for. */
export interface MachinePlan {
  /** Bytes of the buffer. */
  readonly length: number;
  readonly filter: Uint8Array;
  readonly constants: SlideConstants;
}

/** The constants of the search for the blocks of a target. */
export function slideConstants(
  { blockSize, sequentialMatches, weakMask }: TargetBlocks,
  { filterShift }: BlockIndex,
): SlideConstants {
  const isPaired = sequentialMatches > 1;
  return {
    blockSize,
    reach: isPaired ? 2 * blockSize : blockSize,
    shift: Math.log2(blockSize),
    mask: weakMask,
    // Where one block is enough, the neighbour's sum counts as 0.
    neighbourMask: isPaired ? weakMask : 0,
    filterShift,
  };
}
