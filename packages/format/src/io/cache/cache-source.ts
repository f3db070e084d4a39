import { AppImageError } from '../../errors.ts';
import { type ByteSource, type ClosableByteSource, checkRange, type ReadOptions } from '../byte-source.ts';
import { BlockFetcher, type BlockWish, type FetchedBlocks } from './block-fetcher.ts';
import { BlockStore } from './block-store.ts';
import { ReadAhead } from './read-ahead.ts';

/** Options of {@link cacheSource}, all in bytes. */
export interface CacheOptions {
  /** What is fetched and kept as one. Default 65,536. */
  readonly blockSize?: number;
  /** What is kept at most. Default 32 MiB. */
  readonly capacity?: number;
  /** What may lie between two wanted ranges that are fetched together nevertheless. Default 65,536. */
  readonly mergeGap?: number;
  /** What is read ahead of a stream at most; 0 for nothing. Default 1 MiB. */
  readonly readAhead?: number;
  /** The longest read of the source beneath. Default 4 MiB. */
  readonly maximumRead?: number;
}

/** A source that can be told what will be wanted. */
export interface PrefetchingSource extends ClosableByteSource {
  prefetch(offset: number, length: number): void;
}

/** Blocks that have to be worth reading ahead before that is done while nobody waits for them. */
const SURE_STREAM = 4;

/** {@link CacheOptions} in blocks, but for the block size. */
interface CacheSettings {
  readonly blockSize: number;
  readonly capacity: number;
  readonly gap: number;
  readonly readAhead: number;
  readonly maximum: number;
}

/**
 * Makes a source where each read is dear bearable: reads and keeps whole blocks, each at most once while it is kept; reads
 * that come together, and near each other, become one; ahead of who reads on and on, more and more is read. A read that several
 * callers wait for ends when all of them have given up; one that fails is tried again by whoever comes next.
 *
 * What `prefetch` asks for is fetched up to half of the capacity. Closing this source ends what is under way and closes the
 * one beneath.
 */
export function cacheSource(source: ByteSource, options: CacheOptions = {}): PrefetchingSource {
  return new CachedSource(source, resolveSettings(options));
}

function resolveSettings(options: CacheOptions): CacheSettings {
  const blockSize = positive('blockSize', options.blockSize ?? 65_536);
  const blocks = (name: string, bytes: number) => Math.ceil(positive(name, bytes, 0) / blockSize);
  return {
    blockSize,
    capacity: Math.max(2, blocks('capacity', options.capacity ?? 32 * 1_048_576)),
    gap: blocks('mergeGap', options.mergeGap ?? 65_536),
    readAhead: blocks('readAhead', options.readAhead ?? 1_048_576),
    maximum: Math.max(1, blocks('maximumRead', options.maximumRead ?? 4 * 1_048_576)),
  };
}

function positive(name: string, value: number, minimum = 1): number {
  if (Number.isSafeInteger(value) && value >= minimum) return value;
  throw new RangeError(`Cannot cache source: ${name} must be an integer from ${minimum} on, found ${String(value)}`);
}

class CachedSource implements PrefetchingSource {
  readonly size: number;
  readonly #source: ByteSource;
  readonly #settings: CacheSettings;
  readonly #store: BlockStore;
  readonly #fetcher: BlockFetcher;
  readonly #readAhead: ReadAhead;
  #toppedUp = 0;
  #closed = false;

  constructor(source: ByteSource, settings: CacheSettings) {
    const { blockSize, gap, maximum, capacity, readAhead } = settings;
    const store = new BlockStore(capacity);
    const isThere = (index: number) => store.has(index);
    const onFetched = (blocks: FetchedBlocks) => {
      if (this.#closed) return;
      for (const [index, bytes] of blocks) store.put(index, bytes);
    };
    this.size = source.size;
    this.#source = source;
    this.#settings = settings;
    this.#store = store;
    this.#fetcher = new BlockFetcher({ source, blockSize, gap, maximum, isThere, onFetched });
    this.#readAhead = new ReadAhead({ minimum: blockSize, maximum: readAhead * blockSize, gap: gap * blockSize });
  }

  async read(offset: number, length: number, { signal }: ReadOptions = {}): Promise<Uint8Array> {
    signal?.throwIfAborted();
    this.#throwIfClosed();
    checkRange(offset, length, this.size);
    if (length === 0) return new Uint8Array(0);
    const { blockSize } = this.#settings;
    const first = Math.floor(offset / blockSize);
    const end = Math.ceil((offset + length) / blockSize);
    const ahead = Math.floor(this.#readAhead.observe(offset, length) / blockSize);
    const bytes = await this.#join({ first, end, ahead, signal }, offset, length);
    if (ahead > 0) this.#moveOn(Math.floor((offset + length) / blockSize), ahead, first);
    return bytes;
  }

  prefetch(offset: number, length: number): void {
    const { blockSize, capacity } = this.#settings;
    if (this.#closed || !(offset >= 0 && length > 0 && offset < this.size)) return;
    const first = Math.floor(offset / blockSize);
    const end = Math.ceil(Math.min(offset + length, this.size) / blockSize);
    this.#fetcher.wish({ first, end: Math.min(end, first + Math.floor(capacity / 2)) }).catch(ignore);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#fetcher.end(closedError());
    this.#store.clear();
    if ('close' in this.#source) await (this.#source as ClosableByteSource).close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The bytes out of their blocks; of many blocks a stretch at a time, so that not all of them are in memory beside the result. */
  async #join(wish: BlockWish, offset: number, length: number): Promise<Uint8Array> {
    const { blockSize, maximum } = this.#settings;
    const { first, end, ahead = 0, signal } = wish;
    if (end - first === 1) {
      const [block] = await this.#blocks(wish);
      const start = offset - first * blockSize;
      return (block as Uint8Array).subarray(start, start + length);
    }
    const bytes = new Uint8Array(length);
    const stretch = (from: number) => {
      if (from >= end) return undefined;
      const to = Math.min(from + maximum, end);
      const blocks = this.#blocks({ first: from, end: to, ahead: to === end ? ahead : 0, signal });
      blocks.catch(ignore); // reported when its turn comes
      return blocks;
    };
    let next = stretch(first);
    for (let from = first; next !== undefined; from += maximum) {
      const current = next;
      next = stretch(from + maximum);
      for (const [index, block] of (await current).entries()) {
        const at = (from + index) * blockSize - offset;
        bytes.set(at < 0 ? block.subarray(-at) : block.subarray(0, length - at), Math.max(at, 0));
      }
    }
    return bytes;
  }

  /** All blocks from `first` to `end`, out of the store as far as they are there. */
  async #blocks({ first, end, ahead = 0, signal }: BlockWish): Promise<Uint8Array[]> {
    const found = new Map<number, Uint8Array>();
    while (true) {
      this.#throwIfClosed();
      const missing: number[] = [];
      for (let index = first; index < end; index++) {
        const block = found.get(index) ?? this.#store.get(index);
        if (block) found.set(index, block);
        else missing.push(index);
      }
      const [firstMissing] = missing;
      if (firstMissing === undefined)
        return Array.from({ length: end - first }, (_, at) => found.get(first + at) as Uint8Array);
      const lastMissing = missing.at(-1) as number;
      const wish = { first: firstMissing, end: lastMissing + 1, ahead: end - lastMissing - 1 + ahead, signal };
      for (const fetched of await this.#fetcher.wish(wish)) {
        for (const index of missing) {
          const block = fetched.get(index);
          if (block) found.set(index, block);
        }
      }
    }
  }

  /** After a read of a stream that ended in the block `end`: what is behind it goes first, what is before it is fetched in time. */
  #moveOn(end: number, ahead: number, first: number): void {
    const { readAhead } = this.#settings;
    if (ahead >= readAhead) for (let index = first; index < end; index++) this.#store.pass(index);
    if (ahead < SURE_STREAM || this.#toppedUp === end) return;
    const count = Math.ceil(this.size / this.#settings.blockSize);
    const half = Math.min(end + Math.ceil(ahead / 2), count);
    for (let index = end; index < half; index++) {
      if (this.#store.has(index) || this.#fetcher.isUnderWay(index)) continue;
      this.#toppedUp = end;
      this.#fetcher.wish({ first: end, end: Math.min(end + ahead, count) }).catch(ignore);
      return;
    }
  }

  #throwIfClosed(): void {
    if (this.#closed) throw closedError();
  }
}

function closedError(): AppImageError {
  return new AppImageError('io', 'Cannot read bytes: the source was closed');
}

function ignore(): void {
  // Shows when the bytes are read.
}
