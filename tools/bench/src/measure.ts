import { performance } from 'node:perf_hooks';

/** What one turn left to be compared, beside its time. */
export interface Outcome {
  /** Time in milliseconds where the turn has measured it itself; the default is the time of the call. */
  readonly milliseconds?: number;
  /** Size of what came out, in bytes. */
  readonly bytes?: number;
}

/** One way to do a piece of work. */
export interface Contestant {
  readonly name: string;
  /** Why this one cannot run here; it is shown and left out. */
  readonly missing?: string | undefined;
  /** Brings everything into the same state before each turn: caches dropped, old output removed. */
  prepare?(): Promise<void>;
  run(): Promise<Outcome | undefined>;
  /** Throws when the turn did not do its work. */
  verify?(): Promise<void>;
}

/** The same work done by several contestants; the first one is ours. */
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
  readonly missing?: string;
  readonly milliseconds?: number;
  readonly bytes?: number;
}

/** What a race has shown. */
export interface Comparison extends Pick<Race, 'work' | 'targets' | 'limit'> {
  readonly results: readonly Result[];
}

/**
 * Lets the contestants take turns, so that a change of the machine's mood meets all of them, after one turn each that does not
 * count when more than one does.
 */
export async function compare({ work, contestants, targets, limit }: Race, runs: number): Promise<Comparison> {
  const present = contestants.filter(({ missing }) => missing === undefined);
  const turns = new Map<Contestant, Required<Outcome>[]>(present.map((contestant) => [contestant, []]));
  const warmUps = runs > 1 ? 1 : 0;
  for (let round = -warmUps; round < runs; round++) {
    for (const contestant of round % 2 === 0 ? present : present.toReversed()) {
      const outcome = await takeTurn(contestant);
      if (round >= 0) turns.get(contestant)?.push(outcome);
    }
  }
  const results = contestants.map((contestant): Result => {
    const { name, missing } = contestant;
    if (missing !== undefined) return { name, missing };
    const outcomes = turns.get(contestant) ?? [];
    const bytes = median(outcomes.map((outcome) => outcome.bytes));
    const milliseconds = median(outcomes.map((outcome) => outcome.milliseconds));
    return { name, milliseconds, ...(bytes > 0 && { bytes }) };
  });
  return { work, results, ...(targets && { targets }), ...(limit !== undefined && { limit }) };
}

async function takeTurn(contestant: Contestant): Promise<Required<Outcome>> {
  await contestant.prepare?.();
  const start = performance.now();
  const outcome = await contestant.run();
  const milliseconds = outcome?.milliseconds ?? performance.now() - start;
  await contestant.verify?.();
  return { milliseconds, bytes: outcome?.bytes ?? 0 };
}

/** The middle of the values; of an even number of them, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
