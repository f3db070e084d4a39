import type { Compressor } from '../../compression/codec.ts';
import {
  METADATA_BLOCK_SIZE,
  METADATA_HEADER_SIZE,
  type MetadataReference,
  serializeMetadataHeader,
} from '../metadata-block.ts';
import { type StoredBlock, storeBlock } from './stored-block.ts';

/** Packs records one after the other into metadata blocks, whose places it knows as soon as they are full. */
export class MetadataWriter {
  readonly #compressor: Compressor;
  readonly #pieces: Uint8Array[] = [];
  /** Where each block that was finished, and the one after them, starts. */
  readonly #starts = [0];
  #block = new Uint8Array(METADATA_BLOCK_SIZE);
  #filled = 0;

  constructor(compressor: Compressor) {
    this.#compressor = compressor;
  }

  /** Where the next record will begin. */
  get place(): MetadataReference {
    return { block: this.#starts.at(-1) as number, offset: this.#filled };
  }

  /** Bytes of content written so far. */
  get contentLength(): number {
    return (this.#starts.length - 1) * METADATA_BLOCK_SIZE + this.#filled;
  }

  /** Where the block starts that has the content's byte at `position`; the block must be finished or current. */
  blockStart(position: number): number {
    return this.#starts[Math.floor(position / METADATA_BLOCK_SIZE)] as number;
  }

  /** Appends a record, which may span blocks, and tells where it begins. */
  async append(record: Uint8Array): Promise<MetadataReference> {
    const { place } = this;
    for (let offset = 0; offset < record.length; ) {
      const part = record.subarray(offset, offset + METADATA_BLOCK_SIZE - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      offset += part.length;
      if (this.#filled === METADATA_BLOCK_SIZE) await this.#flush();
    }
    return place;
  }

  /** Finishes the last block and returns the table's bytes, and where each of its blocks starts in them. */
  async finish(): Promise<{
    readonly pieces: readonly Uint8Array[];
    readonly length: number;
    readonly starts: readonly number[];
  }> {
    if (this.#filled > 0) await this.#flush();
    return { pieces: this.#pieces, length: this.#starts.at(-1) as number, starts: this.#starts.slice(0, -1) };
  }

  async #flush(): Promise<void> {
    const stored = await storeBlock(this.#compressor, this.#block.subarray(0, this.#filled));
    const pieces = packStored(stored);
    this.#pieces.push(...pieces);
    this.#starts.push((this.#starts.at(-1) as number) + METADATA_HEADER_SIZE + stored.bytes.length);
    this.#block = new Uint8Array(METADATA_BLOCK_SIZE);
    this.#filled = 0;
  }
}

/** A metadata block that is stored as it is, as the compressor's options are. */
export function packMetadata(content: Uint8Array): readonly Uint8Array[] {
  return packStored({ bytes: content, compressed: false });
}

function packStored({ bytes, compressed }: StoredBlock): readonly Uint8Array[] {
  const word = serializeMetadataHeader({ length: bytes.length, compressed });
  return [Uint8Array.of(word & 0xff, word >> 8), bytes];
}
