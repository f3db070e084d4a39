import { isAppImageError } from '@appimage-js/format';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { mutate } from './mutate.ts';
import type { Finding, Target } from './target.ts';

/** A reader that needs more for a few kilobytes is one that can be stopped by a few kilobytes. */
const MAXIMUM_MILLISECONDS = 15_000;
/** Bytes in buffers after one input. */
const MAXIMUM_MEMORY = 1_073_741_824;

/** How many inputs ended how: `read`, `malformed`, `limit` … */
export type Counts = Map<string, number>;

/** What to do, and whom to tell. */
export interface FuzzOptions {
  readonly name: string;
  readonly seed: number;
  /** The first iteration of this share, and the step to the next. */
  readonly first: number;
  readonly step: number;
  readonly isOver: () => boolean;
  /** Told before an input is read, so that one that never ends can be named. */
  readonly onStart: (iteration: number) => void;
  /** Told how an input ended: `read`, an error's code, or `finding`. */
  readonly onEnd: (kind: string) => void;
  readonly onFinding: (finding: Finding) => void;
}

/** The input of one iteration; the same for the same seed. */
export function inputOf(seeds: readonly Uint8Array[], seed: number, iteration: number): Uint8Array {
  const random = seededRandom(Math.imul(seed, 0x9e37_79b1) ^ iteration);
  const base = seeds[Math.floor(random() * seeds.length)] as Uint8Array;
  return mutate(base, random);
}

/** Reads damaged inputs until it is over. */
export async function fuzzTarget(target: Target, options: FuzzOptions): Promise<void> {
  const seeds = await target.seeds();
  for (let iteration = options.first; !options.isOver(); iteration += options.step) {
    options.onStart(iteration);
    const input = inputOf(seeds, options.seed, iteration);
    const outcome = await judge(target, input);
    options.onEnd(outcome.kind);
    if (outcome.kind === 'finding')
      options.onFinding({ target: options.name, iteration, reason: outcome.reason, input });
  }
}

async function judge(target: Target, input: Uint8Array): Promise<{ readonly kind: string; readonly reason: string }> {
  const start = performance.now();
  let kind = 'read';
  let reason = '';
  try {
    await target.read(input);
  } catch (error) {
    kind = isAppImageError(error) ? error.code : 'finding';
    reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const milliseconds = performance.now() - start;
  if (milliseconds > MAXIMUM_MILLISECONDS) return { kind: 'finding', reason: `took ${Math.round(milliseconds)} ms` };
  const { arrayBuffers } = process.memoryUsage();
  if (arrayBuffers > MAXIMUM_MEMORY) return { kind: 'finding', reason: `${arrayBuffers} bytes in buffers afterwards` };
  return { kind, reason };
}
