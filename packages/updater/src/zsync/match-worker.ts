/*
 * Runs on the threads that `match-threads.ts` starts. Nothing here loads the package of the format, or another library: each
 * thread would load it once more, which takes longer than the search in a small file.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type MatchTask, MatchWorker, UnreadableSeed } from './match-task.ts';
import type { FailureFacts, MatchReply } from './match-threads.ts';

const reply = (message: MatchReply): void => parentPort?.postMessage(message);

/** Milliseconds between two words about how far a task is: each costs as much as a block or two. */
const INTERVAL = 100;

let worker: MatchWorker | undefined;

parentPort?.on('message', (task: MatchTask) => {
  try {
    worker ??= new MatchWorker(workerData);
    let lastTold = performance.now();
    const digests = worker.perform(task, (done) => {
      const now = performance.now();
      if (now - lastTold < INTERVAL) return;
      lastTold = now;
      reply({ kind: 'progress', done });
    });
    reply({ kind: 'done', digests });
  } catch (error) {
    const isSeed = error instanceof UnreadableSeed;
    reply({ kind: 'failed', failure: factsOf(isSeed ? error.cause : error), isSeed });
  }
});

function factsOf(error: unknown): FailureFacts {
  if (!(error instanceof Error)) return { message: String(error), code: undefined, errno: undefined };
  const { message, code, errno }: NodeJS.ErrnoException = error;
  return { message, code, errno };
}
