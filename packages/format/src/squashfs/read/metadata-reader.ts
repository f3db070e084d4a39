import type { Decompressor } from '../../compression/codec.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { GrowingBytes } from '../../io/growing-bytes.ts';
import { RecordReader } from '../../io/record-reader.ts';
import { SharedCache } from '../../io/shared-cache.ts';
import { METADATA_BLOCK_SIZE, METADATA_HEADER_SIZE, parseMetadataHeader } from '../metadata-block.ts';
import { damaged, decompressSmallBlock } from './damage.ts';

/** 1 MiB of decompressed metadata: enough for neighbours in a walk to find what the one before them loaded. */
const CACHED_BLOCKS = 128;

/** Metadata is read in pieces of this length, in which there are several blocks. */
const CHUNK_SIZE = 16_384;
const CACHED_CHUNKS = 16;

/** How messages call what is read here. */
const WHAT = 'SquashFS metadata';

interface MetadataBlock {
  readonly content: Uint8Array;
  /** Where the block after this one starts. */
  readonly next: number;
  /** Reads the records that begin in the block, one after the other. */
  readonly records: RecordReader;
}

/** Where bytes begin: the start of their block, counted from the image's start, and the offset in its content. */
export interface MetadataPlace {
  readonly start: number;
  readonly offset: number;
}

/**
 * Thrown through a parser that has come to a block which is not in memory, and caught by `MetadataReader.attempt`. No error, for
 * which a stack trace would be made.
 */
class BlockNeeded {
  readonly start: number;

  constructor(start: number) {
    this.start = start;
  }
}

/**
 * Reads records out of metadata blocks, and keeps the blocks that were used last.
 *
 * Records are small, and a walk meets very many of them, most in blocks that are in memory already. So they are parsed
 * synchronously; only where a block is missing does anybody wait.
 */
export class MetadataReader {
  readonly #source: ByteSource;
  readonly #decompressor: Decompressor;
  readonly #end: number;
  readonly #blocks = new SharedCache<number, MetadataBlock>(CACHED_BLOCKS);
  readonly #chunks = new SharedCache<number, Uint8Array>(CACHED_CHUNKS);

  /** `end` is where the image ends: no block reaches beyond it. */
  constructor(source: ByteSource, decompressor: Decompressor, end: number) {
    this.#source = source;
    this.#decompressor = decompressor;
    this.#end = end;
  }

  /**
   * Calls `action`, which may use {@link record}; where that needs a block that is not in memory, the block is loaded and
   * `action` called again.
   */
  async attempt<Result>(action: () => Result, options?: ReadOptions): Promise<Result> {
    options?.signal?.throwIfAborted();
    while (true) {
      try {
        return action();
      } catch (error) {
        if (!(error instanceof BlockNeeded)) throw error;
        await this.block(error.start, options);
      }
    }
  }

  /** Calls `action` as {@link attempt} does; answers undefined where that would have to wait. */
  attemptNow<Result>(action: () => Result): Result | undefined {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof BlockNeeded)) throw error;
      return undefined;
    }
  }

  /**
   * Opens the record at a place, until the next call; only within {@link attempt}. It must be small, for all of its blocks have to
   * be in memory at once.
   */
  record(place: MetadataPlace): RecordReader {
    const { content, records } = this.#blockInMemory(place.start);
    checkOffset(place, content);
    records.seek(place.offset);
    return records;
  }

  /** Opens bytes of any length: each call of the function that is returned delivers those that follow. */
  open(place: MetadataPlace, options?: ReadOptions): (length: number) => Promise<Uint8Array> {
    let { start, offset } = place;
    return async (length) => {
      const collected = new GrowingBytes();
      while (collected.length < length) {
        const { content, next } = await this.block(start, options);
        checkOffset({ start, offset }, content);
        const piece = content.subarray(offset, offset + length - collected.length);
        collected.append(piece);
        offset += piece.length;
        if (offset < content.length) continue;
        start = next; // where there need not be a block, if nobody asks for more
        offset = 0;
      }
      return collected.first(length);
    };
  }

  /** The place `count` bytes after another. */
  async skip(place: MetadataPlace, count: number, options?: ReadOptions): Promise<MetadataPlace> {
    let { start, offset } = place;
    for (offset += count; ; ) {
      const { content, next } = await this.block(start, options);
      if (offset < content.length) return { start, offset };
      offset -= content.length;
      start = next;
      if (offset === 0) return { start, offset };
    }
  }

  /** The metadata block that starts at an absolute offset. */
  async block(start: number, { signal }: ReadOptions = {}): Promise<MetadataBlock> {
    return this.#blocks.get(start, (shared) => this.#load(start, { signal: shared }), signal);
  }

  /** Bytes of the image as they are stored, read together with their neighbours; they must lie within the source. */
  async stored(start: number, length: number, { signal }: ReadOptions = {}): Promise<Uint8Array> {
    const collected = new GrowingBytes();
    while (collected.length < length) {
      const at = start + collected.length;
      const chunkStart = at - (at % CHUNK_SIZE);
      const chunk = await this.#chunks.get(chunkStart, (shared) => this.#readChunk(chunkStart, shared), signal);
      collected.append(chunk.subarray(at - chunkStart, start + length - chunkStart));
    }
    return collected.first(length);
  }

  #readChunk(start: number, signal: AbortSignal): Promise<Uint8Array> {
    return this.#source.read(start, Math.min(CHUNK_SIZE, this.#source.size - start), { signal });
  }

  async #load(start: number, options: ReadOptions): Promise<MetadataBlock> {
    const available = Math.min(METADATA_HEADER_SIZE + METADATA_BLOCK_SIZE, this.#end - start);
    if (start < 0 || available <= METADATA_HEADER_SIZE) {
      const reason = `block must start below ${this.#end - METADATA_HEADER_SIZE}`;
      throw damaged('out-of-bounds', reason, { what: WHAT, offset: start });
    }
    const [low, high] = await this.stored(start, METADATA_HEADER_SIZE, options);
    const { length, compressed } = parseMetadataHeader((low as number) | ((high as number) << 8), start);
    if (METADATA_HEADER_SIZE + length > available) {
      const reason = `block must end within ${this.#end} bytes, found ${length} bytes`;
      throw damaged('out-of-bounds', reason, { what: WHAT, offset: start });
    }
    const stored = await this.stored(start + METADATA_HEADER_SIZE, length, options);
    const block = { stored, maximumLength: METADATA_BLOCK_SIZE, what: WHAT, offset: start };
    const content = compressed ? await decompressSmallBlock(this.#decompressor, block) : stored.slice();
    if (content.length === 0) throw damaged('malformed', 'block must not be empty', { what: WHAT, offset: start });
    const more = (wanted: number) => this.#gather(start, wanted);
    const records = new RecordReader(content, { what: WHAT, base: start, compressed: true, more });
    return { content, next: start + METADATA_HEADER_SIZE + length, records };
  }

  #blockInMemory(start: number): MetadataBlock {
    const block = this.#blocks.peek(start);
    if (block === undefined) throw new BlockNeeded(start);
    return block;
  }

  /** At least `length` bytes from the start of a block on, out of blocks in memory. */
  #gather(start: number, length: number): Uint8Array {
    const collected = new GrowingBytes();
    for (let block = this.#blockInMemory(start); ; block = this.#blockInMemory(block.next)) {
      collected.append(block.content);
      if (collected.length >= length) return collected.first(collected.length);
    }
  }
}

function checkOffset({ start, offset }: MetadataPlace, content: Uint8Array): void {
  if (offset < content.length) return;
  const reason = `offset in the block must be below ${content.length} bytes, found ${offset}`;
  throw damaged('malformed', reason, { what: WHAT, offset: start });
}
