import type { Decompressor } from '../../compression/codec.ts';
import { damaged, decompressBlock } from '../../filesystem/damage.ts';
import type { FileRange } from '../../filesystem/readonly-file-system.ts';
import { resolveRange } from '../../filesystem/resolve-range.ts';
import type { StoredBlock } from '../../filesystem/stored-contents.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { SharedCache } from '../../io/shared-cache.ts';
import { type BlockLocator, FILE_DATA, FRAGMENT, type LocatedFile } from './block-locator.ts';

/** Fragment blocks are shared by neighbours; those that are read side by side find them here. */
const CACHED_FRAGMENTS = 16;

/** What a {@link FileReader} works on. */
export interface FileReaderOptions {
  readonly source: ByteSource;
  readonly decompressor: Decompressor;
  readonly blockSize: number;
  readonly locator: BlockLocator;
}

/** Reads the contents of regular files. */
export class FileReader {
  readonly #options: FileReaderOptions;
  readonly #fragments = new SharedCache<number, Uint8Array>(CACHED_FRAGMENTS);
  readonly #zeros: Uint8Array;

  constructor(options: FileReaderOptions) {
    this.#options = options;
    this.#zeros = new Uint8Array(options.blockSize);
  }

  /** The bytes of a range of the file, a block at a time. */
  async *read(file: LocatedFile, range: FileRange = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const { start, end, signal } = resolveRange(range, file.inode.size);
    let position = start;
    for await (const content of this.#contents(file, start, end, { signal })) {
      const blockStart = position - (position % this.#options.blockSize);
      const piece = content.subarray(position - blockStart, end - blockStart);
      yield piece;
      position += piece.length;
    }
  }

  /** The decompressed blocks that the range touches, in order; a run is read while the one before it is consumed. */
  async *#contents(file: LocatedFile, start: number, end: number, options: ReadOptions) {
    if (start === end) return;
    let ahead: Promise<Uint8Array[]> | undefined;
    for await (const run of this.#runs(file, start, end, options)) {
      const loading = this.#load(run, options);
      loading.catch(() => undefined); // reported when its turn comes; nobody may be left to wait for it
      if (ahead) yield* await ahead;
      ahead = loading;
    }
    if (ahead) yield* await ahead;
  }

  /** Blocks to be read at once, the end of the file out of a fragment by itself. */
  async *#runs(file: LocatedFile, start: number, end: number, options: ReadOptions): AsyncGenerator<StoredBlock[]> {
    const { blockSize, locator } = this.#options;
    const { blockCount } = file.inode;
    const endBlock = Math.min(Math.ceil(end / blockSize), blockCount);
    yield* locator.listed(file, Math.floor(start / blockSize), endBlock, options);
    const tail = end > blockCount * blockSize ? await locator.tail(file, options) : undefined;
    if (tail) yield [tail];
  }

  async #load(run: readonly StoredBlock[], options: ReadOptions): Promise<Uint8Array[]> {
    const { source } = this.#options;
    const first = run[0] as StoredBlock;
    const last = run.at(-1) as StoredBlock;
    if (first.maximumLength > first.length) return [await this.#loadTail(first, options)];
    const length = last.start + last.storedLength - first.start;
    if (length === 0) return run.map((hole) => this.#zeros.subarray(0, hole.length));
    const stored = await source.read(first.start, length, options);
    return Promise.all(
      run.map((block) => {
        const begin = block.start - first.start;
        return this.#content(stored.subarray(begin, begin + block.storedLength), block);
      }),
    );
  }

  async #content(stored: Uint8Array, block: StoredBlock): Promise<Uint8Array> {
    const { start, length, compressed, storedLength } = block;
    if (storedLength === 0) return this.#zeros.subarray(0, length);
    const place = { what: FILE_DATA, offset: start };
    const input = { stored, maximumLength: length, ...place };
    const content = compressed ? await decompressBlock(this.#options.decompressor, input) : stored;
    if (content.length !== length) {
      throw damaged('malformed', `block must have ${length} bytes, found ${content.length}`, place);
    }
    return content;
  }

  async #loadTail(tail: StoredBlock, { signal }: ReadOptions): Promise<Uint8Array> {
    const { start, skip, length } = tail;
    const content = await this.#fragments.get(start, (shared) => this.#loadFragment(tail, shared), signal);
    if (skip + length > content.length) {
      const reason = `it must lie within the fragment's ${content.length} bytes, found ${length} bytes from ${skip} on`;
      throw damaged('out-of-bounds', reason, { what: FRAGMENT, offset: start });
    }
    return content.subarray(skip, skip + length);
  }

  async #loadFragment(block: StoredBlock, signal: AbortSignal): Promise<Uint8Array> {
    const { start, storedLength, compressed, maximumLength } = block;
    const { source, decompressor } = this.#options;
    const stored = await source.read(start, storedLength, { signal });
    const input = { stored, maximumLength, what: FRAGMENT, offset: start };
    return compressed ? decompressBlock(decompressor, input) : stored;
  }
}
