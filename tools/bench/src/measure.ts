import { performance } from 'node:perf_hooks';

/** One way to do a piece of work. */
export interface Contestant {
  readonly name: string;
  /** Whether this is the work of this toolkit, not of a peer. */
  readonly ours?: boolean;
  /** Why this one cannot run here; it is shown and left out. */
  readonly missing?: string | undefined;
  /** Brings everything into the same state before each turn: caches dropped, old output removed. */
  prepare?(): Promise<void>;
  /** Does the work and answers its time in milliseconds; see {@link timed}. */
  measure(): Promise<number>;
  /** Size of what came out. */
  bytes?(): Promise<number>;
  /** Throws when the turn did not do its work; looked at once for each contestant. */
  verify?(): Promise<void>;
  /** Ends what `prepare` began, whatever happened since. */
  cleanUp?(): Promise<void>;
}

/** The same work done by several contestants. */
export interface Race {
  readonly work: string;
  readonly contestants: readonly Contestant[];
  /** Highest ratio that is aimed at, ours to the peer of the name. */
  readonly targets?: Readonly<Record<string, number>>;
  /** Longest time in milliseconds that is aimed at, where there is no peer to compare with. */
  readonly limit?: number;
}

/** The medians of one contestant. */
export interface Result {
  readonly name: string;
  readonly ours: boolean;
  readonly missing?: string;
  readonly milliseconds?: number;
  readonly bytes?: number;
}

/** What a race has shown. */
export interface Comparison extends Pick<Race, 'work' | 'targets' | 'limit'> {
  readonly results: readonly Result[];
}

/** Milliseconds from which on a turn is so long that warming up does not matter. */
const LONG_TURN = 5_000;

/** Milliseconds after which a race ends early, with no fewer than three turns each. */
const LONG_RACE = 120_000;

/**
 * Lets the contestants take turns, so that a change of the machine's mood meets all of them: a first turn to warm up, which does
 * not count unless it is a long one, then `runs` turns, or fewer of long ones.
 */
export async function compare({ work, contestants, targets, limit }: Race, runs: number): Promise<Comparison> {
  const present = contestants.filter(({ missing }) => missing === undefined);
  const turns = new Map(present.map((contestant): [Contestant, number[]] => [contestant, []]));
  const sizes = new Map<Contestant, number>();
  const begin = performance.now();
  for (let round = 0; round < runs + 1; round++) {
    const isLong = performance.now() - begin > LONG_RACE && round >= 3;
    if (isLong || (runs === 1 && round === 1)) break;
    for (const contestant of round % 2 === 0 ? present : present.toReversed()) {
      const { milliseconds, bytes } = await takeTurn(contestant, round === 0);
      turns.get(contestant)?.push(milliseconds);
      if (bytes !== undefined) sizes.set(contestant, bytes);
    }
  }
  const results = contestants.map((contestant): Result => {
    const { name, ours = false, missing } = contestant;
    if (missing !== undefined) return { name, ours, missing };
    const bytes = sizes.get(contestant);
    const milliseconds = median(withoutWarmUp(turns.get(contestant) ?? []));
    return { name, ours, milliseconds, ...(bytes !== undefined && { bytes }) };
  });
  return { work, results, ...(targets && { targets }), ...(limit !== undefined && { limit }) };
}

function withoutWarmUp(turns: readonly number[]): readonly number[] {
  const [first = 0, ...others] = turns;
  return others.length === 0 || first > LONG_TURN ? turns : others;
}

async function takeTurn(contestant: Contestant, isFirst: boolean): Promise<{ milliseconds: number; bytes?: number }> {
  try {
    await contestant.prepare?.();
    const milliseconds = await contestant.measure();
    if (!isFirst) return { milliseconds };
    await contestant.verify?.();
    const bytes = await contestant.bytes?.();
    return { milliseconds, ...(bytes !== undefined && { bytes }) };
  } finally {
    await contestant.cleanUp?.();
  }
}

/** A measure of the whole call of `work`. */
export function timed(work: () => unknown): () => Promise<number> {
  return async () => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
}

/** The middle of the values; of an even number of them, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
