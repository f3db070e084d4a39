import type { Decompressor } from '../../compression/codec.ts';
import { AppImageError } from '../../errors.ts';
import { damaged, decompressBlock } from '../../filesystem/damage.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import { RecordReader } from '../../io/record-reader.ts';
import type { ZisofsEntry } from '../system-use/zisofs-entry.ts';
import { parseZisofsHeader, ZISOFS_BLOCK_SHIFTS, ZISOFS_HEADER_SIZES, ZISOFS_POINTER_SIZES } from '../zisofs-header.ts';
import { readAhead } from './read-ahead.ts';
import type { StoredFile } from './stored-file.ts';

/** How much of a file is decompressed at once. */
const BATCH_BYTES = 2 * 1_048_576;

/** Files of which no more than this is stored are read at once, header and pointers and all. */
const WHOLE_BYTES = 65_536;

/** How many pointers are read at once. */
const POINTERS_AT_ONCE = 4096;

/** How messages call what is read here. */
const FILE_DATA = 'compressed file data';

/** The algorithm of each version. */
const ZLIB = { 1: 'pz', 2: 'PZ' } as const;

/** A range of blocks. */
interface BlockRange {
  readonly first: number;
  readonly end: number;
}

/** Some blocks of a file and the places where each of them begins, with that where the last one ends. */
interface Batch extends BlockRange {
  readonly pointers: readonly number[];
}

/** Reads a file that is compressed block by block. */
export class ZisofsReader {
  readonly #stored: StoredFile;
  readonly #entry: ZisofsEntry;
  readonly #version: 1 | 2;
  readonly #decompressor: Decompressor;
  readonly #options: ReadOptions;
  /** The start of what is stored, as far as it was read. */
  #start: Uint8Array = new Uint8Array(0);

  /** @throws AppImageError `unsupported` for what is compressed in a way that is not known here, or with no decompressor */
  constructor(
    stored: StoredFile,
    entry: ZisofsEntry,
    { decompressor, ...options }: ReadOptions & { readonly decompressor: Decompressor | undefined },
  ) {
    this.#stored = stored;
    this.#entry = entry;
    this.#version = checkedVersion(entry);
    if (decompressor === undefined) {
      throw new AppImageError(
        'unsupported',
        'Cannot read zisofs file: there must be a decompressor for gzip, found none',
      );
    }
    this.#decompressor = decompressor;
    this.#options = options;
  }

  /** Bytes of a decompressed block but the last one. */
  get blockSize(): number {
    return 2 ** this.#entry.blockShift;
  }

  /** The decompressed blocks that a range of bytes touches, in order. */
  async *blocks(start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
    if (start === end) return;
    const range = { first: Math.floor(start / this.blockSize), end: Math.ceil(end / this.blockSize) };
    await this.#readStart(range);
    yield* readAhead(this.#batches(range), (batch) => this.#load(batch));
  }

  /** Reads the header, with the first pointers that are needed where they are near. */
  async #readStart({ end }: BlockRange): Promise<void> {
    const { length } = this.#stored;
    const pointersEnd = this.#entry.headerSize + (end + 1) * ZISOFS_POINTER_SIZES[this.#version];
    const wanted = length <= WHOLE_BYTES ? length : Math.min(pointersEnd, WHOLE_BYTES);
    this.#start = await this.#stored.read(0, Math.min(wanted, length), this.#options);
    const headerSize = ZISOFS_HEADER_SIZES[this.#version];
    const record = new RecordReader(this.#start.subarray(0, headerSize), {
      what: 'zisofs header',
      base: this.#stored.offsetOf(0),
    });
    const header = parseZisofsHeader(record, this.#version);
    for (const field of ['size', 'headerSize', 'blockShift'] as const) {
      if (header[field] === this.#entry[field]) continue;
      throw record.malformed(
        `${field} must be as in the directory, ${this.#entry[field]}, found ${header[field]}`,
        headerSize,
      );
    }
    if (header.headerSize < headerSize) {
      throw record.malformed(
        `header size must be at least ${headerSize} bytes, found ${header.headerSize}`,
        headerSize,
      );
    }
  }

  async *#batches({ first, end }: BlockRange): AsyncGenerator<Batch, void, undefined> {
    const perBatch = Math.max(1, BATCH_BYTES / this.blockSize);
    for (let window = first; window < end; window += POINTERS_AT_ONCE) {
      const windowEnd = Math.min(window + POINTERS_AT_ONCE, end);
      const pointers = await this.#pointers(window, windowEnd);
      for (let at = window; at < windowEnd; at += perBatch) {
        const batchEnd = Math.min(at + perBatch, windowEnd);
        yield { first: at, end: batchEnd, pointers: pointers.slice(at - window, batchEnd - window + 1) };
      }
    }
  }

  /** Where the blocks begin, and where the last of them ends. */
  async #pointers(first: number, end: number): Promise<number[]> {
    const pointerSize = ZISOFS_POINTER_SIZES[this.#version];
    const position = this.#entry.headerSize + first * pointerSize;
    const length = (end - first + 1) * pointerSize;
    if (position + length > this.#stored.length) {
      throw this.#damaged('out-of-bounds', position, `its block pointers must lie within ${this.#stored.length} bytes`);
    }
    const record = new RecordReader(await this.#read(position, length), {
      what: 'zisofs block pointers',
      base: this.#stored.offsetOf(position),
    });
    const blocksStart = this.#entry.headerSize + (Math.ceil(this.#entry.size / this.blockSize) + 1) * pointerSize;
    const pointers: number[] = [];
    let before = blocksStart;
    while (record.remaining > 0) {
      const at = record.position;
      const pointer = pointerSize === 4 ? record.uint32() : record.uint64();
      if (pointer < before || pointer > this.#stored.length) {
        throw record.malformed(`pointer must be ${before} to ${this.#stored.length}, found ${pointer}`, at);
      }
      const longest = compressBound(this.blockSize);
      if (pointers.length > 0 && pointer - before > longest) {
        throw record.malformed(`block must have at most ${longest} bytes, found ${pointer - before}`, at);
      }
      pointers.push(pointer);
      before = pointer;
    }
    return pointers;
  }

  async #load({ first, pointers }: Batch): Promise<Uint8Array[]> {
    const start = pointers[0] as number;
    const raw = await this.#read(start, (pointers.at(-1) as number) - start);
    return Promise.all(
      pointers.slice(1).map((end, index) => {
        const begin = pointers[index] as number;
        return this.#decompress(raw.subarray(begin - start, end - start), first + index, begin);
      }),
    );
  }

  async #decompress(stored: Uint8Array, index: number, position: number): Promise<Uint8Array> {
    const contentLength = Math.min(this.blockSize, this.#entry.size - index * this.blockSize);
    if (stored.length === 0) return new Uint8Array(contentLength);
    const content = await decompressBlock(this.#decompressor, {
      stored,
      maximumLength: contentLength,
      what: FILE_DATA,
      offset: this.#stored.offsetOf(position),
    });
    if (content.length !== contentLength) {
      throw this.#damaged('malformed', position, `block must have ${contentLength} bytes, found ${content.length}`);
    }
    return content;
  }

  /** Out of the start of the file, which is in memory, where that has it. */
  #read(position: number, length: number): Promise<Uint8Array> {
    if (position + length <= this.#start.length) {
      return Promise.resolve(this.#start.subarray(position, position + length));
    }
    return this.#stored.read(position, length, this.#options);
  }

  #damaged(code: 'malformed' | 'out-of-bounds', position: number, reason: string): AppImageError {
    return damaged(code, reason, { what: FILE_DATA, offset: this.#stored.offsetOf(position) });
  }
}

function checkedVersion({ version, algorithm, blockShift }: ZisofsEntry): 1 | 2 {
  if ((version !== 1 && version !== 2) || algorithm !== ZLIB[version]) {
    throw new AppImageError(
      'unsupported',
      `Cannot read zisofs file: its algorithm must be "pz" of version 1 or "PZ" of version 2, found ${JSON.stringify(algorithm)} of version ${version}`,
    );
  }
  const { minimum, maximum } = ZISOFS_BLOCK_SHIFTS[version];
  if (blockShift < minimum || blockShift > maximum) {
    throw new AppImageError(
      'unsupported',
      `Cannot read zisofs file: its blocks must have 2^${minimum} to 2^${maximum} bytes, found 2^${blockShift}`,
    );
  }
  return version;
}

/** The most that zlib makes of so many bytes. */
function compressBound(length: number): number {
  return length + (length >> 12) + (length >> 14) + (length >> 25) + 13;
}
