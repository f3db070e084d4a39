import { AppImageError } from '../../errors.ts';
import type { FileContent } from '../../filesystem/input-tree.ts';
import { type ContentIndex, Fingerprinter } from '../../filesystem/write/content-index.ts';
import { OrderedOutput } from '../../filesystem/write/ordered-output.ts';
import type { Sha256 } from '../../filesystem/write/sha256.ts';
import type { ByteSink } from '../../io/byte-sink.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import { concatBytes, lengthOf } from '../../io/concat-bytes.ts';
import type { ZisofsEntry } from '../system-use/zisofs-entry.ts';
import { SECTOR_SIZE } from '../volume-descriptor.ts';
import { LargeFileWriter } from './large-file-writer.ts';
import { canBeZisofs, packWhole, type ZisofsOptions, zisofsEntry } from './zisofs-packer.ts';

/** Files up to this size are packed in memory, several at once. */
const SMALL_FILE = 1_048_576;

/** In what pieces contents are read that are not compressed. */
const PIECE_LENGTH = 131_072;

/** How many files are on their way at once where nothing is compressed. */
const PLAIN_CONCURRENCY = 4;

/** Where a file's content is. */
export interface FilePlace {
  /** First sector; the content is in one piece. */
  sector: number;
  /** Bytes that are stored. */
  length: number;
  zisofs: ZisofsEntry | undefined;
}

/** What a {@link ContentWriter} works with. */
export interface ContentWriterOptions extends ReadOptions {
  readonly sink: ByteSink;
  /** Sector of the first content. */
  readonly start: number;
  /** How contents are compressed; `undefined` where none is. */
  readonly zisofs: ZisofsOptions | undefined;
  readonly index: ContentIndex<FilePlace>;
  readonly sha256: Sha256;
  /** Told how many bytes of content were dealt with. */
  readonly onRead: (count: number) => void;
}

/** Writes the contents of files one after the other, each distinct one once, each from a sector's start on. */
export class ContentWriter {
  readonly #options: ContentWriterOptions;
  readonly #pieceLength: number;
  #output: OrderedOutput;
  duplicateBytes = 0;

  constructor(options: ContentWriterOptions) {
    this.#options = options;
    this.#pieceLength = options.zisofs === undefined ? PIECE_LENGTH : 2 ** options.zisofs.blockShift;
    this.#output = this.#outputFrom(options.start * SECTOR_SIZE);
  }

  /** Writes one content, or finds where the same was written before. What is told is complete after {@link finish}. */
  async write(content: FileContent, path: string): Promise<FilePlace> {
    if (content.size === 0) {
      for await (const _ of this.#pieces(content, path));
      return { sector: 0, length: 0, zisofs: undefined };
    }
    return content.size <= SMALL_FILE ? this.#writeSmall(content, path) : this.#writeLarge(content, path);
  }

  /** Waits until everything is written and returns the sector behind it. */
  async finish(): Promise<number> {
    return (await this.#output.finish()) / SECTOR_SIZE;
  }

  /** After a failure: waits until the writes under way are over. */
  async abandon(): Promise<void> {
    await this.#output.abandon();
  }

  async #writeSmall(content: FileContent, path: string): Promise<FilePlace> {
    const { index, sha256, onRead } = this.#options;
    const { size } = content;
    const bytes = new Uint8Array(size);
    let filled = 0;
    for await (const piece of this.#pieces(content, path)) {
      bytes.set(piece, filled);
      filled += piece.length;
    }
    onRead(size);
    let fingerprint: string | undefined;
    if (index.expects(size)) {
      const fingerprinter = new Fingerprinter(sha256);
      for (let at = 0; at < size; at += this.#pieceLength) {
        await fingerprinter.add(bytes.subarray(at, at + this.#pieceLength));
      }
      fingerprint = await fingerprinter.finish();
      const known = index.find(size, fingerprint);
      if (known) {
        this.duplicateBytes += size;
        return known;
      }
    }
    const place: FilePlace = { sector: 0, length: size, zisofs: undefined };
    await this.#output.push(this.#packSmall(bytes, place), (position) => {
      place.sector = position / SECTOR_SIZE;
    });
    if (fingerprint !== undefined) index.remember(size, fingerprint, place);
    return place;
  }

  /** The bytes to store, compressed where that takes fewer sectors, filled up with zeros to whole ones. */
  async #packSmall(content: Uint8Array, place: FilePlace): Promise<Uint8Array> {
    const { zisofs } = this.#options;
    if (zisofs !== undefined && content.length > SECTOR_SIZE && canBeZisofs(content.length)) {
      const pieces = await packWhole(content, zisofs);
      const length = lengthOf(pieces);
      if (sectorsOf(length) < sectorsOf(content.length)) {
        place.length = length;
        place.zisofs = zisofsEntry(content.length, zisofs);
        return fillSectors(pieces);
      }
    }
    return fillSectors([content]);
  }

  async #writeLarge(content: FileContent, path: string): Promise<FilePlace> {
    const { index, sha256, sink, zisofs, onRead, signal } = this.#options;
    const { size } = content;
    const pieces = () => this.#pieces(content, path);
    let fingerprint: string | undefined;
    if (index.hasSeen(size)) {
      const fingerprinter = new Fingerprinter(sha256);
      for await (const piece of pieces()) await fingerprinter.add(piece);
      fingerprint = await fingerprinter.finish();
      const known = index.find(size, fingerprint);
      if (known) {
        this.duplicateBytes += size;
        onRead(size);
        return known;
      }
    }
    const start = await this.#output.finish();
    const writer = new LargeFileWriter({ sink, start, size, pieces, zisofs, onRead, signal });
    const written = await writer.write(index.expects(size) ? () => new Fingerprinter(sha256) : undefined);
    if (fingerprint !== undefined && written.fingerprint !== fingerprint) throw rewritten(path);
    this.#output = this.#outputFrom(start + sectorsOf(written.length) * SECTOR_SIZE);
    const place: FilePlace = { sector: start / SECTOR_SIZE, length: written.length, zisofs: written.zisofs };
    if (written.fingerprint !== undefined) index.remember(size, written.fingerprint, place);
    return place;
  }

  #outputFrom(position: number): OrderedOutput {
    const { sink, zisofs } = this.#options;
    return new OrderedOutput({ sink, position, concurrency: zisofs?.compressor.concurrency ?? PLAIN_CONCURRENCY });
  }

  /** The content's pieces, checked against what it promised. */
  async *#pieces(content: FileContent, path: string): AsyncGenerator<Uint8Array, void, undefined> {
    const { signal } = this.#options;
    const { size } = content;
    let position = 0;
    for await (const piece of content.read(this.#pieceLength, { signal })) {
      position += piece.length;
      const expected = position <= size && (piece.length === this.#pieceLength || position === size);
      if (!expected) throw changed(path, size, position);
      yield piece;
    }
    if (position !== size) throw changed(path, size, position);
  }
}

/** Sectors that so many bytes fill, the last one perhaps in part. */
function sectorsOf(length: number): number {
  return Math.ceil(length / SECTOR_SIZE);
}

function fillSectors(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  const length = lengthOf(pieces);
  if (first !== undefined && pieces.length === 1 && length % SECTOR_SIZE === 0) return first;
  return concatBytes(pieces, sectorsOf(length) * SECTOR_SIZE);
}

function rewritten(path: string): AppImageError {
  return new AppImageError(
    'io',
    `Cannot pack ${JSON.stringify(path)}: expected the same content in both readings; the file changed while it was read`,
    { path },
  );
}

function changed(path: string, size: number, found: number): AppImageError {
  return new AppImageError(
    'io',
    `Cannot pack ${JSON.stringify(path)}: expected ${size} bytes, found ${found}; the file changed while it was read`,
    { path },
  );
}
