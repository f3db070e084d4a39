import type { Decompressor } from '../../compression/codec.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { GrowingBytes } from '../../io/growing-bytes.ts';
import { RecentlyUsed } from '../../io/recently-used.ts';
import type { RecordBytes } from '../inode-header.ts';
import {
  METADATA_BLOCK_SIZE,
  METADATA_HEADER_SIZE,
  type MetadataReference,
  parseMetadataHeader,
} from '../metadata-block.ts';
import { damaged, decompressBlock } from './damage.ts';

/** 1 MiB of decompressed metadata: enough for neighbours in a walk to find what the one before them loaded. */
const CACHED_BLOCKS = 128;

/** How messages call what is read here. */
const WHAT = 'SquashFS metadata';

interface MetadataBlock {
  readonly content: Uint8Array;
  /** Where the block after this one starts. */
  readonly next: number;
}

/** Reads runs of bytes that span metadata blocks, and keeps the blocks that were used last. */
export class MetadataReader {
  readonly #source: ByteSource;
  readonly #decompressor: Decompressor;
  readonly #end: number;
  readonly #blocks = new RecentlyUsed<number, Promise<MetadataBlock>>(CACHED_BLOCKS);

  /** `end` is where the image ends: no block reaches beyond it. */
  constructor(source: ByteSource, decompressor: Decompressor, end: number) {
    this.#source = source;
    this.#decompressor = decompressor;
    this.#end = end;
  }

  /** Reads `length` bytes at a reference into the table that starts at `tableStart`. */
  async read(tableStart: number, reference: MetadataReference, length: number, options?: ReadOptions) {
    return this.open(tableStart, reference, options)(length);
  }

  /**
   * Opens a record whose length shows only while it is read: the function that is returned delivers the record's first
   * `length` bytes, and may be called again for more.
   */
  open(tableStart: number, { block, offset }: MetadataReference, options?: ReadOptions): RecordBytes {
    const collected = new GrowingBytes();
    let next = tableStart + block;
    let skip = offset;
    return async (length) => {
      while (collected.length < length) {
        const { content, next: following } = await this.block(next, options);
        if (skip >= content.length) {
          throw damaged('malformed', `offset in the block must be below ${content.length} bytes, found ${offset}`, {
            what: WHAT,
            offset: next,
          });
        }
        collected.append(content.subarray(skip));
        skip = 0;
        next = following;
      }
      return collected.first(length);
    };
  }

  /** The metadata block that starts at an absolute offset. */
  block(start: number, { signal }: ReadOptions = {}): Promise<MetadataBlock> {
    signal?.throwIfAborted();
    return this.#blocks.get(start, () => this.#load(start));
  }

  async #load(start: number): Promise<MetadataBlock> {
    const available = Math.min(METADATA_HEADER_SIZE + METADATA_BLOCK_SIZE, this.#end - start);
    if (start < 0 || available <= METADATA_HEADER_SIZE) {
      const reason = `block must start below ${this.#end - METADATA_HEADER_SIZE}`;
      throw damaged('out-of-bounds', reason, { what: WHAT, offset: start });
    }
    const bytes = await this.#source.read(start, available);
    const word = (bytes[0] as number) | ((bytes[1] as number) << 8);
    const { length, compressed } = parseMetadataHeader(word, start);
    if (METADATA_HEADER_SIZE + length > available) {
      const reason = `block must end within ${this.#end} bytes, found ${length} bytes`;
      throw damaged('out-of-bounds', reason, { what: WHAT, offset: start });
    }
    const stored = bytes.subarray(METADATA_HEADER_SIZE, METADATA_HEADER_SIZE + length);
    const block = { stored, maximumLength: METADATA_BLOCK_SIZE, what: WHAT, offset: start };
    const content = compressed ? await decompressBlock(this.#decompressor, block) : stored.slice();
    if (content.length === 0) throw damaged('malformed', 'block must not be empty', { what: WHAT, offset: start });
    return { content, next: start + METADATA_HEADER_SIZE + length };
  }
}
