import { AppImageError } from '../../errors.ts';
import { type ByteSource, checkRange, type ReadOptions } from '../../io/byte-source.ts';
import { RecordReader } from '../../io/record-reader.ts';
import { METADATA_BLOCK_SIZE } from '../metadata-block.ts';
import type { MetadataReader } from './metadata-reader.ts';

/** What a {@link LookupTable} is opened on. */
export interface LookupTableOptions {
  readonly source: ByteSource;
  readonly metadata: MetadataReader;
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
  readonly #pointers = new Map<number, Promise<number>>();

  constructor(options: LookupTableOptions) {
    const { source, pointersStart, entrySize, count, what } = options;
    const blocks = Math.ceil((count * entrySize) / METADATA_BLOCK_SIZE);
    checkRange(pointersStart, blocks * 8, source.size, `Cannot open SquashFS ${what}`);
    this.#options = options;
  }

  /**
   * The record with that index, ready to be parsed.
   *
   * @throws AppImageError `out-of-bounds` for an index that the table does not have
   */
  async entry(index: number, options?: ReadOptions): Promise<RecordReader> {
    const { metadata, entrySize, count, what } = this.#options;
    if (index >= count) {
      throw new AppImageError(
        'out-of-bounds',
        `Cannot read SquashFS ${what}: index must be below ${count}, found ${index}`,
      );
    }
    const position = index * entrySize;
    const offset = position % METADATA_BLOCK_SIZE;
    const block = await this.#pointer(Math.floor(position / METADATA_BLOCK_SIZE), options);
    const { content } = await metadata.block(block, options);
    return new RecordReader(content.subarray(offset, offset + entrySize), { what: `SquashFS ${what}` });
  }

  /** Shared by whoever waits for it, hence without the signal of one of them. */
  #pointer(index: number, { signal }: ReadOptions = {}): Promise<number> {
    signal?.throwIfAborted();
    let pointer = this.#pointers.get(index);
    if (pointer === undefined) {
      pointer = this.#readPointer(index);
      pointer.catch(() => this.#pointers.delete(index));
      this.#pointers.set(index, pointer);
    }
    return pointer;
  }

  async #readPointer(index: number): Promise<number> {
    const { source, pointersStart, what } = this.#options;
    const at = pointersStart + index * 8;
    return new RecordReader(await source.read(at, 8), { what: `SquashFS ${what}`, base: at }).uint64();
  }
}
