import type { Decompressor } from '../../compression/codec.ts';
import { damaged, decompressBlock, decompressBlockSync } from '../../filesystem/damage.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { GrowingBytes } from '../../io/growing-bytes.ts';
import { RecordReader } from '../../io/record-reader.ts';
import { SharedCache } from '../../io/shared-cache.ts';
import {
  METADATA_BLOCK_SIZE,
  METADATA_HEADER_SIZE,
  type MetadataHeader,
  parseMetadataHeader,
} from '../metadata-block.ts';
import { ChunkedBytes } from './chunked-bytes.ts';

/** 1 MiB of decompressed metadata: enough for neighbours in a walk to find what the one before them loaded. */
const CACHED_BLOCKS = 128;

/** How messages call what is read here. */
export const METADATA = 'SquashFS metadata';

/** A metadata block, decompressed. */
export interface MetadataBlock {
  readonly content: Uint8Array;
  /** Where the block after this one starts. */
  readonly next: number;
  /** Reads the records that begin in the block, one after the other. */
  readonly records: RecordReader;
}

/** Thrown through a parser that has come to a block which is not in memory. No error, for which a stack trace would be made. */
export class BlockNeeded {
  readonly start: number;

  constructor(start: number) {
    this.start = start;
  }
}

/**
 * Loads metadata blocks, and keeps those that were used last. Their bytes are read many blocks at once; a block whose bytes are in
 * memory is decompressed without waiting, where the method can do that: it takes a few microseconds.
 */
export class MetadataBlocks {
  readonly bytes: ChunkedBytes;
  readonly #decompressor: Decompressor;
  readonly #end: number;
  readonly #blocks = new SharedCache<number, MetadataBlock>(CACHED_BLOCKS);

  /** `end` is where the image ends: no block reaches beyond it. */
  constructor(source: ByteSource, decompressor: Decompressor, end: number) {
    this.bytes = new ChunkedBytes(source);
    this.#decompressor = decompressor;
    this.#end = end;
  }

  /** The block that starts at an absolute offset. */
  async load(start: number, options: ReadOptions = {}): Promise<MetadataBlock> {
    options.signal?.throwIfAborted();
    const known = this.peek(start);
    if (known !== undefined) return known;
    this.#checkStart(start);
    const { length } = this.#parseHeader(start, await this.bytes.read(start, METADATA_HEADER_SIZE, options));
    const stored = await this.bytes.read(start + METADATA_HEADER_SIZE, length, options);
    const decompress = async () => {
      const block = { stored, maximumLength: METADATA_BLOCK_SIZE, what: METADATA, offset: start };
      return this.#open(start, length, await decompressBlock(this.#decompressor, block));
    };
    return this.peek(start) ?? this.#blocks.get(start, decompress, options.signal);
  }

  /** The same block, where nothing has to be waited for. */
  peek(start: number): MetadataBlock | undefined {
    const known = this.#blocks.peek(start);
    if (known !== undefined) return known;
    this.#checkStart(start);
    const header = this.bytes.peek(start, METADATA_HEADER_SIZE);
    if (header === undefined) return undefined;
    const { length, compressed } = this.#parseHeader(start, header);
    const stored = this.bytes.peek(start + METADATA_HEADER_SIZE, length);
    if (stored === undefined) return undefined;
    const place = { maximumLength: METADATA_BLOCK_SIZE, what: METADATA, offset: start };
    const content = compressed ? decompressBlockSync(this.#decompressor, { ...place, stored }) : stored.slice();
    if (content === undefined) return undefined;
    const block = this.#open(start, length, content);
    this.#blocks.keep(start, block);
    return block;
  }

  /** The same block; thrown for where it is not in memory is what has to be loaded first. */
  expect(start: number): MetadataBlock {
    const block = this.peek(start);
    if (block === undefined) throw new BlockNeeded(start);
    return block;
  }

  #checkStart(start: number): void {
    if (start >= 0 && start < this.#end - METADATA_HEADER_SIZE) return;
    const reason = `block must start below ${this.#end - METADATA_HEADER_SIZE}`;
    throw damaged('out-of-bounds', reason, { what: METADATA, offset: start });
  }

  #parseHeader(start: number, [low, high]: Uint8Array): MetadataHeader {
    const header = parseMetadataHeader((low as number) | ((high as number) << 8), start);
    if (start + METADATA_HEADER_SIZE + header.length <= this.#end) return header;
    const reason = `block must end within ${this.#end} bytes, found ${header.length} bytes`;
    throw damaged('out-of-bounds', reason, { what: METADATA, offset: start });
  }

  #open(start: number, storedLength: number, content: Uint8Array): MetadataBlock {
    if (content.length === 0) throw damaged('malformed', 'block must not be empty', { what: METADATA, offset: start });
    const more = (length: number) => this.#gather(start, length);
    const records = new RecordReader(content, { what: METADATA, base: start, compressed: true, more });
    return { content, next: start + METADATA_HEADER_SIZE + storedLength, records };
  }

  /** At least `length` bytes from the start of a block on, out of blocks in memory. */
  #gather(start: number, length: number): Uint8Array {
    const collected = new GrowingBytes();
    for (let block = this.expect(start); ; block = this.expect(block.next)) {
      collected.append(block.content);
      if (collected.length >= length) return collected.first(collected.length);
    }
  }
}
