import { AppImageError } from '../../errors.ts';
import { checkRange, type ReadOptions } from '../../io/byte-source.ts';
import { RecordReader } from '../../io/record-reader.ts';
import { METADATA_BLOCK_SIZE } from '../metadata-block.ts';
import type { MetadataReader } from './metadata-reader.ts';

const POINTER_SIZE = 8;

/** What a {@link LookupTable} is opened on. */
export interface LookupTableOptions {
  readonly metadata: MetadataReader;
  /** Bytes of the source, within which the pointers must lie. */
  readonly sourceSize: number;
  /** Where the list of pointers to the table's metadata blocks begins. */
  readonly pointersStart: number;
  readonly entrySize: number;
  readonly count: number;
  /** Names the table in messages: "id table". */
  readonly what: string;
}

/** A table of records of one size, reached through a list of pointers to its metadata blocks; blocks are read when needed. */
export class LookupTable {
  readonly #options: LookupTableOptions;

  constructor(options: LookupTableOptions) {
    const { sourceSize, pointersStart, entrySize, count, what } = options;
    const blocks = Math.ceil((count * entrySize) / METADATA_BLOCK_SIZE);
    checkRange(pointersStart, blocks * POINTER_SIZE, sourceSize, `Cannot open SquashFS ${what}`);
    this.#options = options;
  }

  /**
   * The record with that index, ready to be parsed.
   *
   * @throws AppImageError `out-of-bounds` for an index that the table does not have
   */
  async entry(index: number, options?: ReadOptions): Promise<RecordReader> {
    const { entrySize, count } = this.#options;
    if (index >= count) throw this.indexTooHigh(index);
    const position = index * entrySize;
    const { start, content } = await this.#block(Math.floor(position / METADATA_BLOCK_SIZE), options);
    const offset = position % METADATA_BLOCK_SIZE;
    return this.#record(content.subarray(offset, offset + entrySize), start);
  }

  /** Records that are read together. */
  get runLength(): number {
    return METADATA_BLOCK_SIZE / this.#options.entrySize;
  }

  /** Runs from the first record to the last. */
  get runCount(): number {
    return Math.ceil(this.#options.count / this.runLength);
  }

  /** The records of a run, ready to be parsed one after the other. */
  async run(index: number, options?: ReadOptions): Promise<{ readonly record: RecordReader; readonly count: number }> {
    const { start, content } = await this.#block(index, options);
    const count = Math.min(this.runLength, this.#options.count - index * this.runLength);
    return { record: this.#record(content, start), count };
  }

  /** The error for an index that the table does not have. */
  indexTooHigh(index: number): AppImageError {
    const { count, pointersStart, what } = this.#options;
    const message = `Cannot read SquashFS ${what}: index must be below ${count}, found ${index}`;
    return new AppImageError('out-of-bounds', message, { offset: pointersStart });
  }

  /** The metadata block of that index among those of the table. */
  async #block(index: number, options?: ReadOptions) {
    const { metadata, pointersStart, what } = this.#options;
    const pointerAt = pointersStart + index * POINTER_SIZE;
    const pointer = await metadata.stored(pointerAt, POINTER_SIZE, options);
    const start = new RecordReader(pointer, { what: `SquashFS ${what}`, base: pointerAt }).uint64();
    const { content } = await metadata.block(start, options);
    return { start, content };
  }

  #record(bytes: Uint8Array, blockStart: number): RecordReader {
    return new RecordReader(bytes, { what: `SquashFS ${this.#options.what}`, base: blockStart, compressed: true });
  }
}
