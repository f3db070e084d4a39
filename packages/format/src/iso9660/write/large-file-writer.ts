import type { Fingerprinter } from '../../filesystem/write/content-index.ts';
import type { ByteSink } from '../../io/byte-sink.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import type { ZisofsEntry } from '../system-use/zisofs-entry.ts';
import { SECTOR_SIZE } from '../volume-descriptor.ts';
import { canBeZisofs, packBlock, packStart, type ZisofsOptions, zisofsEntry, zisofsOverhead } from './zisofs-packer.ts';

/** What a {@link LargeFileWriter} works with. */
export interface LargeFileOptions extends ReadOptions {
  readonly sink: ByteSink;
  /** Where in the sink the content begins. */
  readonly start: number;
  readonly size: number;
  /** Begins to read the content, in pieces of a block of zisofs. */
  readonly pieces: () => AsyncIterable<Uint8Array>;
  readonly zisofs: ZisofsOptions | undefined;
  readonly onRead: (count: number) => void;
}

/** How a large file was stored. */
export interface WrittenFile {
  /** Bytes. */
  readonly length: number;
  readonly zisofs: ZisofsEntry | undefined;
  readonly fingerprint: string | undefined;
}

/**
 * Writes one file that is too large for memory: compressed, as long as that promises to take fewer sectors, else as it is,
 * over what was written before.
 */
export class LargeFileWriter {
  readonly #options: LargeFileOptions;
  /** The most bytes of content that were read in one go. */
  #told = 0;

  constructor(options: LargeFileOptions) {
    this.#options = options;
  }

  /** Writes the file. Its fingerprint is computed where somebody brings what that takes. */
  async write(makeFingerprinter: (() => Fingerprinter) | undefined): Promise<WrittenFile> {
    const { zisofs, size } = this.#options;
    if (zisofs !== undefined && canBeZisofs(size)) {
      const compressed = await this.#writeCompressed(zisofs, makeFingerprinter?.());
      if (compressed !== undefined) return compressed;
    }
    return this.#writePlain(makeFingerprinter?.());
  }

  /** `undefined` once it is clear that no sector is saved. Nothing is written beyond what the plain file will fill. */
  async #writeCompressed(
    zisofs: ZisofsOptions,
    fingerprinter: Fingerprinter | undefined,
  ): Promise<WrittenFile | undefined> {
    const { sink, start, size } = this.#options;
    const limit = (Math.ceil(size / SECTOR_SIZE) - 1) * SECTOR_SIZE;
    const lengths: number[] = [];
    let position = zisofsOverhead(size, zisofs);
    for await (const stored of this.#packedBlocks(zisofs, fingerprinter)) {
      if (position + stored.length > limit) return undefined;
      if (stored.length > 0) await sink.write(start + position, stored);
      lengths.push(stored.length);
      position += stored.length;
    }
    if (position > limit) return undefined;
    await sink.write(start, packStart(size, lengths, zisofs));
    await this.#fill(position);
    return { length: position, zisofs: zisofsEntry(size, zisofs), fingerprint: await fingerprinter?.finish() };
  }

  /** The blocks in their order, several of them being compressed at once. */
  async *#packedBlocks(
    zisofs: ZisofsOptions,
    fingerprinter: Fingerprinter | undefined,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const concurrency = Math.max(1, zisofs.compressor.concurrency);
    const underWay: Promise<Uint8Array>[] = [];
    for await (const piece of this.#read(fingerprinter)) {
      const packing = packBlock(piece, zisofs);
      packing.catch(() => undefined); // told when its turn comes; nobody may be left to wait for it
      underWay.push(packing);
      if (underWay.length >= concurrency) yield await (underWay.shift() as Promise<Uint8Array>);
    }
    for (const packing of underWay) yield await packing;
  }

  async #writePlain(fingerprinter: Fingerprinter | undefined): Promise<WrittenFile> {
    const { sink, start, size } = this.#options;
    let position = 0;
    for await (const piece of this.#read(fingerprinter)) {
      await sink.write(start + position, piece);
      position += piece.length;
    }
    await this.#fill(position);
    return { length: size, zisofs: undefined, fingerprint: await fingerprinter?.finish() };
  }

  async *#read(fingerprinter: Fingerprinter | undefined): AsyncGenerator<Uint8Array, void, undefined> {
    const { pieces, onRead, signal } = this.#options;
    let position = 0;
    for await (const piece of pieces()) {
      signal?.throwIfAborted();
      await fingerprinter?.add(piece);
      position += piece.length;
      if (position > this.#told) {
        onRead(position - this.#told);
        this.#told = position;
      }
      yield piece;
    }
  }

  /** Zeros up to the end of the sector. */
  async #fill(position: number): Promise<void> {
    const { sink, start } = this.#options;
    const rest = -position & (SECTOR_SIZE - 1);
    if (rest > 0) await sink.write(start + position, new Uint8Array(rest));
  }
}
