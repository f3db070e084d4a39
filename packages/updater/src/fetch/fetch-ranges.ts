import { setTimeout as sleep } from 'node:timers/promises';
import { isSourceError } from '../source-error.ts';
import { foundBytes, isComplete } from '../zsync/target-blocks.ts';
import { type BlockRun, missingRuns, takeRuns } from './block-runs.ts';
import type { Mirror } from './mirror.ts';
import { type RangeContext, type RangeOutcome, requestRuns } from './range-request.ts';

/** Options of {@link fetchRanges}. */
export interface FetchRangesOptions extends RangeContext {
  /** Best first. */
  readonly mirrors: readonly Mirror[];
  readonly connections: number;
}

/** How many ranges are asked for at once, of a server that answers them together. */
const MOST_RANGES = 64;
/** With fewer requests left, several ranges at once gain nothing. */
const FEW_RUNS = 6;

/** Milliseconds before a server is asked again that has failed; doubled for each further time. */
const FIRST_WAIT = 100;

/** What came of it. */
export interface FetchedRanges {
  /** Whether a server has sent the whole file where a range was asked for. */
  readonly wasWhole: boolean;
}

/**
 * Fetches all blocks that are missing, from whichever mirror gives them. Ends early when no mirror is of use any more; what
 * is wrong with each is told there.
 *
 * @throws AppImageError `io` when blocks can not be written
 */
export async function fetchRanges(options: FetchRangesOptions): Promise<FetchedRanges> {
  return await new RangeFetcher(options).run();
}

class RangeFetcher {
  readonly #options: FetchRangesOptions;
  #queue: BlockRun[];
  #wasWhole = false;
  /** Ends the other connections when one has failed for good. */
  readonly #stop = new AbortController();
  /** Opened when a server has answered with ranges: before, one request is under way. */
  readonly #gate: { readonly promise: Promise<void>; readonly resolve: () => void } = Promise.withResolvers<void>();
  /** Settled, and replaced, whenever a request has ended. */
  #ended = Promise.withResolvers<void>();
  #busy = 0;

  constructor(options: FetchRangesOptions) {
    this.#options = options;
    this.#queue = missingRuns(options.assembly.blocks);
  }

  async run(): Promise<FetchedRanges> {
    const { connections, assembly, meter } = this.#options;
    const { blocks } = assembly;
    meter.begin('fetch', blocks.length - foundBytes(blocks));
    const others = async (): Promise<void> => {
      await this.#gate.promise;
      const ways = Array.from({ length: Math.max(0, connections - 1) }, () => this.#connection());
      await Promise.all(ways);
    };
    const first = this.#connection().finally(() => this.#gate.resolve());
    const results = await Promise.allSettled([first, others()]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    return { wasWhole: this.#wasWhole };
  }

  async #connection(): Promise<void> {
    try {
      while (true) {
        this.#options.signal?.throwIfAborted();
        if (this.#stop.signal.aborted) return;
        const mirror = this.#bestMirror();
        if (mirror === undefined) return;
        const runs = this.#take(mirror);
        if (runs.length > 0) await this.#ask(mirror, runs);
        else if (this.#busy > 0) await this.#ended.promise;
        else if (!this.#refill()) return;
      }
    } catch (error) {
      this.#stop.abort();
      throw error;
    }
  }

  /** The mirror that has failed least. */
  #bestMirror(): Mirror | undefined {
    let best: Mirror | undefined;
    for (const mirror of this.#options.mirrors) {
      if (mirror.isUsable && mirror.failures < (best?.failures ?? Number.POSITIVE_INFINITY)) best = mirror;
    }
    return best;
  }

  #take(mirror: Mirror): BlockRun[] {
    const { assembly, connections } = this.#options;
    const isWorthTrying = mirror.multipart === undefined && mirror.hasRanges && this.#queue.length > FEW_RUNS;
    const takesSeveral = mirror.multipart === true || isWorthTrying;
    const ranges = takesSeveral ? Math.min(MOST_RANGES, Math.ceil(this.#queue.length / connections)) : 1;
    const gap = takesSeveral ? 0 : mirror.gapWorthFetching(connections);
    const runs = takeRuns(assembly.blocks, this.#queue, { gap, ranges, bytes: mirror.requestLength() });
    if (isWorthTrying && runs.length > 1) mirror.multipart = 'trying';
    return runs;
  }

  async #ask(mirror: Mirror, runs: readonly BlockRun[]): Promise<void> {
    const { assembly, signal } = this.#options;
    const { failures } = mirror;
    let outcome: RangeOutcome = {};
    this.#busy += 1;
    try {
      outcome = await requestRuns({
        ...this.#options,
        mirror,
        runs,
        signal: signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal]),
        onRanges: () => this.#gate.resolve(),
        isMissing: () => !isComplete(assembly.blocks),
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (!isSourceError(error)) throw error;
      mirror.fail(error.message);
    } finally {
      if (mirror.multipart === 'trying') mirror.multipart = undefined;
      if (mirror.multipart === undefined && runs.length > 1) mirror.multipart = false;
      this.#busy -= 1;
      this.#ended.resolve();
      this.#ended = Promise.withResolvers<void>();
    }
    this.#wasWhole ||= outcome.wasWhole ?? false;
    this.#giveBack(runs);
    const wait = Math.max(outcome.wait ?? 0, mirror.failures > failures ? FIRST_WAIT * 2 ** (mirror.failures - 1) : 0);
    if (wait > 0 && this.#bestMirror() === mirror) await sleep(wait, undefined, signal ? { signal } : {});
  }

  /** Puts what has not come back into the queue. */
  #giveBack(runs: readonly BlockRun[]): void {
    const { blocks } = this.#options.assembly;
    const missing = runs.flatMap((run) => missingRuns(blocks, run));
    if (missing.length > 0) this.#queue = [...missing, ...this.#queue].sort((a, b) => a.first - b.first);
  }

  /** Looks once more what is missing, when nothing is under way any more: runs were left out that had a twin elsewhere. */
  #refill(): boolean {
    this.#queue = missingRuns(this.#options.assembly.blocks);
    return this.#queue.length > 0;
  }
}
