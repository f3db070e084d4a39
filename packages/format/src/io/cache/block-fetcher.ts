import type { ByteSource } from '../byte-source.ts';
import { SharedWork } from '../shared-work.ts';
import { type BlockRange, planRuns } from './plan-runs.ts';

/** Blocks of one request, by their number. */
export type FetchedBlocks = ReadonlyMap<number, Uint8Array>;

/** What a {@link BlockFetcher} works on; lengths in blocks where nothing else is said. */
export interface BlockFetcherOptions {
  readonly source: ByteSource;
  /** Bytes. */
  readonly blockSize: number;
  readonly gap: number;
  readonly maximum: number;
  /** Whether a block is there already. */
  readonly isThere: (index: number) => boolean;
  readonly onFetched: (blocks: FetchedBlocks) => void;
}

/** Blocks that somebody waits for. */
export interface BlockWish extends BlockRange {
  /** Blocks behind them that are fetched as well, without being waited for. Default 0. */
  readonly ahead?: number;
  /** Gives up waiting. */
  readonly signal?: AbortSignal | undefined;
}

interface PendingWish {
  readonly wish: BlockWish;
  readonly resolve: (fetched: Promise<FetchedBlocks[]>) => void;
  readonly reject: (reason: unknown) => void;
}

/** Fetches blocks, each at most once at a time; what is wished for in one turn of the event loop becomes few requests. */
export class BlockFetcher {
  readonly #options: BlockFetcherOptions;
  readonly #count: number;
  readonly #works = new Map<number, SharedWork<FetchedBlocks>>();
  #pending: PendingWish[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: BlockFetcherOptions) {
    this.#options = options;
    this.#count = Math.ceil(options.source.size / options.blockSize);
  }

  /** Whether a request that brings the block is under way. */
  isUnderWay(index: number): boolean {
    return this.#find(index) !== undefined;
  }

  /** Fetches those of the blocks that are not there, and answers with them and others that came with them. */
  wish(wish: BlockWish): Promise<FetchedBlocks[]> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ wish, resolve, reject });
      this.#timer ??= setTimeout(() => this.#launch(), 0);
    });
  }

  /** Ends all requests; who waits for one hears the reason. */
  end(reason: unknown): void {
    clearTimeout(this.#timer);
    for (const { reject } of this.#pending) reject(reason);
    for (const work of new Set(this.#works.values())) work.end(reason);
    this.#pending = [];
  }

  #launch(): void {
    const { isThere, gap, maximum } = this.#options;
    const pending = this.#pending.filter(({ wish, reject }) => {
      if (wish.signal?.aborted) reject(wish.signal.reason);
      return !wish.signal?.aborted;
    });
    this.#pending = [];
    this.#timer = undefined;
    const wanted = pending.map(({ wish: { first, end, ahead = 0 } }) => ({
      first,
      end: Math.min(end + ahead, this.#count),
    }));
    const rules = { gap, maximum, isThere: (index: number) => isThere(index) || this.isUnderWay(index) };
    for (const run of planRuns(wanted, rules)) this.#begin(run);
    for (const { wish, resolve } of pending) {
      const works = [...this.#worksOf(wish)];
      resolve(Promise.all(works.map((work) => work.wait(wish.signal))));
    }
  }

  #begin(run: BlockRange): void {
    const work: SharedWork<FetchedBlocks> = new SharedWork((signal) =>
      this.#fetch(run, signal).finally(() => this.#forget(run, work)),
    );
    for (let index = run.first; index < run.end; index++) this.#works.set(index, work);
  }

  async #fetch({ first, end }: BlockRange, signal: AbortSignal): Promise<FetchedBlocks> {
    const { source, blockSize, onFetched } = this.#options;
    const start = first * blockSize;
    const bytes = await source.read(start, Math.min(end * blockSize, source.size) - start, { signal });
    const blocks = new Map<number, Uint8Array>();
    for (let index = first; index < end; index++) {
      const offset = (index - first) * blockSize;
      // A copy: a view would keep the whole answer in memory.
      blocks.set(index, bytes.slice(offset, offset + blockSize));
    }
    onFetched(blocks);
    return blocks;
  }

  #worksOf({ first, end }: BlockRange): Set<SharedWork<FetchedBlocks>> {
    const works = new Set<SharedWork<FetchedBlocks>>();
    for (let index = first; index < end; index++) {
      const work = this.#find(index);
      if (work) works.add(work);
    }
    return works;
  }

  #find(index: number): SharedWork<FetchedBlocks> | undefined {
    const work = this.#works.get(index);
    return work?.lost ? undefined : work;
  }

  #forget({ first, end }: BlockRange, work: SharedWork<FetchedBlocks>): void {
    for (let index = first; index < end; index++) {
      if (this.#works.get(index) === work) this.#works.delete(index);
    }
  }
}
