import type { Decompressor } from '../../compression/codec.ts';
import { damaged } from '../../filesystem/damage.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { GrowingBytes } from '../../io/growing-bytes.ts';
import type { RecordReader } from '../../io/record-reader.ts';
import { BlockNeeded, METADATA, type MetadataBlock, MetadataBlocks } from './metadata-blocks.ts';

/** Where bytes begin: the start of their block, counted from the image's start, and the offset in its content. */
export interface MetadataPlace {
  readonly start: number;
  readonly offset: number;
}

/**
 * Reads records out of metadata blocks. They are small, and a walk meets very many of them, most in blocks that are in memory
 * already. So they are parsed synchronously; only where something is missing does anybody wait.
 */
export class MetadataReader {
  readonly #blocks: MetadataBlocks;

  /** `end` is where the image ends: no block reaches beyond it. */
  constructor(source: ByteSource, decompressor: Decompressor, end: number) {
    this.#blocks = new MetadataBlocks(source, decompressor, end);
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
        await this.#blocks.load(error.start, options);
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
    const { content, records } = this.#blocks.expect(place.start);
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
  block(start: number, options?: ReadOptions): Promise<MetadataBlock> {
    return this.#blocks.load(start, options);
  }

  /** Bytes of the image as they are stored, read together with their neighbours; they must lie within the source. */
  stored(start: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    return this.#blocks.bytes.read(start, length, options);
  }
}

function checkOffset({ start, offset }: MetadataPlace, content: Uint8Array): void {
  if (offset < content.length) return;
  const reason = `offset in the block must be below ${content.length} bytes, found ${offset}`;
  throw damaged('malformed', reason, { what: METADATA, offset: start });
}
