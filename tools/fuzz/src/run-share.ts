import { Worker } from 'node:worker_threads';
import { type Counts, inputOf } from './fuzz-target.ts';
import type { Finding } from './target.ts';
import { targets } from './targets/index.ts';

/** What a thread is told to do. */
export interface Share {
  readonly name: string;
  readonly seed: number;
  /** The first iteration, and the step to the next. */
  readonly first: number;
  readonly step: number;
  readonly milliseconds: number;
}

/** What a thread tells: an input that it begins with, how one ended, what it found. */
export interface Message {
  readonly iteration?: number;
  readonly kind?: string;
  readonly finding?: Finding;
}

/** An input is given up when its thread has said nothing for so long. */
const SILENCE = 60_000;

/** As much as a process that reads a few kilobytes can be expected to have. */
const HEAP_MEGABYTES = 512;

/** Runs one thread's share of a target; where an input ends the thread or never ends, another goes on behind that input. */
export async function runShare(share: Share, onFinding: (finding: Finding) => void): Promise<Counts> {
  const counts: Counts = new Map();
  const end = performance.now() + share.milliseconds;
  for (let { first } = share, left = share.milliseconds; left > 0; left = end - performance.now()) {
    const failure = await runThread({ ...share, first, milliseconds: left }, { counts, onFinding });
    if (failure === undefined) break;
    count(counts, 'finding');
    const { iteration, reason } = failure;
    const seeds = (await targets[share.name]?.seeds()) ?? [];
    onFinding({ target: share.name, iteration, reason, input: inputOf(seeds, share.seed, iteration) });
    first = iteration + share.step;
  }
  return counts;
}

interface Listener {
  readonly counts: Counts;
  readonly onFinding: (finding: Finding) => void;
}

/** Answers the input that ended the thread, if one did. */
function runThread(
  share: Share,
  { counts, onFinding }: Listener,
): Promise<{ readonly iteration: number; readonly reason: string } | undefined> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: share,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
  });
  let iteration = share.first;
  return new Promise((resolve) => {
    const fail = (reason: string) => {
      clearTimeout(silence);
      void worker.terminate();
      resolve({ iteration, reason });
    };
    const silence = setTimeout(() => fail('never ended'), SILENCE);
    worker.on('message', (message: Message) => {
      silence.refresh();
      if (message.iteration !== undefined) iteration = message.iteration;
      if (message.kind !== undefined) count(counts, message.kind);
      if (message.finding !== undefined) onFinding(message.finding);
    });
    worker.on('error', (error) => fail(`ended the thread: ${error.stack ?? error.message}`));
    worker.on('exit', () => {
      clearTimeout(silence);
      resolve(undefined);
    });
  });
}

function count(counts: Counts, kind: string): void {
  counts.set(kind, (counts.get(kind) ?? 0) + 1);
}
