import type { Decompressor } from '../../compression/codec.ts';
import { AppImageError } from '../../errors.ts';
import type { FileRange } from '../../filesystem/readonly-file-system.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { RecentlyUsed } from '../../io/recently-used.ts';
import { parseBlockSize } from '../data-block.ts';
import type { FileInodeBody } from '../file-inode.ts';
import { parseFragment } from '../fragment.ts';
import { damaged, decompressBlock } from './damage.ts';
import type { LookupTable } from './lookup-table.ts';

/** How much of a file is read and decompressed at once; the next batch is under way while one is consumed. */
const BATCH_BYTES = 2 * 1_048_576;

/** Fragment blocks are shared by neighbours; those that are read side by side find them here. */
const CACHED_FRAGMENTS = 16;

/** How messages call what is read here. */
const FILE_DATA = 'file data';
const FRAGMENT = 'the end of the file';

/** What a {@link FileReader} works on. */
export interface FileReaderOptions {
  readonly source: ByteSource;
  readonly decompressor: Decompressor;
  readonly blockSize: number;
  readonly fragments: LookupTable | undefined;
}

/** One block of a file: where it is stored and how long it is when decompressed. */
interface FileBlock {
  readonly start: number;
  readonly length: number;
  readonly compressed: boolean;
  readonly contentLength: number;
}

/** A block that has the ends of several files. */
interface FragmentBlock {
  readonly start: number;
  readonly content: Uint8Array;
}

/** Reads the contents of regular files. */
export class FileReader {
  readonly #options: FileReaderOptions;
  readonly #fragmentBlocks = new RecentlyUsed<number, Promise<FragmentBlock>>(CACHED_FRAGMENTS);
  readonly #zeros: Uint8Array;

  constructor(options: FileReaderOptions) {
    this.#options = options;
    this.#zeros = new Uint8Array(options.blockSize);
  }

  /** The bytes of a range of the file, a block at a time. */
  async *read(file: FileInodeBody, range: FileRange = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const { start = 0, end = file.size, signal } = range;
    const valid = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end;
    if (!valid || end > file.size) {
      throw new RangeError(`Cannot read file: range must lie within ${file.size} bytes, found ${start} to ${end}`);
    }
    let position = start;
    for await (const content of this.#contents(file, start, end, { signal })) {
      const blockStart = position - (position % this.#options.blockSize);
      const piece = content.subarray(position - blockStart, end - blockStart);
      yield piece;
      position += piece.length;
    }
  }

  /** The decompressed blocks that the range touches, in order, the last one perhaps out of a fragment. */
  async *#contents(file: FileInodeBody, start: number, end: number, options: ReadOptions) {
    if (start === end) return;
    const { blockSize } = this.#options;
    const firstBlock = Math.floor(start / blockSize);
    const endBlock = Math.min(Math.ceil(end / blockSize), file.blockWords.length);
    const batches = this.#batches(file, firstBlock, endBlock);
    let ahead: Promise<Uint8Array[]> | undefined;
    for (const batch of batches) {
      const loading = this.#load(batch, options);
      loading.catch(() => undefined); // reported when its turn comes; nobody may be left to wait for it
      if (ahead) yield* await ahead;
      ahead = loading;
    }
    if (ahead) yield* await ahead;
    const tailStart = file.blockWords.length * blockSize;
    if (file.fragment && end > tailStart) yield this.#tail(file.fragment, file.size - tailStart, options);
  }

  /** Groups blocks that lie behind each other in the image into reads of a sensible size. */
  *#batches(file: FileInodeBody, firstBlock: number, endBlock: number): Generator<FileBlock[]> {
    const { blockSize, source } = this.#options;
    let position = file.blocksStart;
    let batch: FileBlock[] = [];
    for (let index = 0; index < endBlock; index++) {
      const { length, compressed } = parseBlockSize(file.blockWords[index] as number, blockSize);
      if (position + length > source.size) {
        const reason = `block must end within ${source.size} bytes, found ${length} bytes`;
        throw damaged('out-of-bounds', reason, { what: FILE_DATA, offset: position });
      }
      if (index >= firstBlock) {
        const contentLength = Math.min(blockSize, file.size - index * blockSize);
        batch.push({ start: position, length, compressed, contentLength });
        if (batch.length * blockSize >= BATCH_BYTES) {
          yield batch;
          batch = [];
        }
      }
      position += length;
    }
    if (batch.length > 0) yield batch;
  }

  async #load(batch: readonly FileBlock[], options: ReadOptions): Promise<Uint8Array[]> {
    const { source } = this.#options;
    const first = batch[0] as FileBlock;
    const last = batch.at(-1) as FileBlock;
    const raw = await source.read(first.start, last.start + last.length - first.start, options);
    return Promise.all(
      batch.map((block) =>
        this.#decompress(raw.subarray(block.start - first.start, block.start - first.start + block.length), block),
      ),
    );
  }

  async #decompress(stored: Uint8Array, { start, length, compressed, contentLength }: FileBlock): Promise<Uint8Array> {
    if (length === 0) return this.#zeros.subarray(0, contentLength);
    const place = { what: FILE_DATA, offset: start };
    const block = { stored, maximumLength: contentLength, ...place };
    const content = compressed ? await decompressBlock(this.#options.decompressor, block) : stored;
    if (content.length !== contentLength) {
      throw damaged('malformed', `block must have ${contentLength} bytes, found ${content.length}`, place);
    }
    return content;
  }

  async #tail({ index, offset }: NonNullable<FileInodeBody['fragment']>, length: number, options: ReadOptions) {
    const { start, content } = await this.#fragmentBlocks.get(index, () => this.#loadFragment(index));
    options.signal?.throwIfAborted();
    if (offset + length > content.length) {
      const reason = `it must lie within the fragment's ${content.length} bytes, found ${length} bytes from ${offset} on`;
      throw damaged('out-of-bounds', reason, { what: FRAGMENT, offset: start });
    }
    return content.subarray(offset, offset + length);
  }

  async #loadFragment(index: number): Promise<FragmentBlock> {
    const { source, decompressor, blockSize, fragments } = this.#options;
    if (fragments === undefined) {
      throw new AppImageError(
        'malformed',
        `Cannot read ${FRAGMENT}: the image is damaged, it must have a fragment table, found none`,
      );
    }
    const { start, blockWord } = parseFragment(await fragments.entry(index));
    const { length, compressed } = parseBlockSize(blockWord, blockSize);
    const place = { what: FRAGMENT, offset: start };
    if (start + length > source.size) {
      const reason = `block must end within ${source.size} bytes, found ${length} bytes`;
      throw damaged('out-of-bounds', reason, place);
    }
    const stored = await source.read(start, length);
    const block = { stored, maximumLength: blockSize, ...place };
    return { start, content: compressed ? await decompressBlock(decompressor, block) : stored };
  }
}
