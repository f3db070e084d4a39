/* Runs on the threads that `match-threads.ts` starts. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemReason } from '@appimage-js/format/node';
import { type MatchTask, MatchWorker, UnreadableSeed } from './match-task.ts';
import type { MatchReply } from './match-threads.ts';

const reply = (message: MatchReply): void => parentPort?.postMessage(message);

/** Milliseconds between two words about how far a task is: each costs as much as a block or two. */
const INTERVAL = 100;

let worker: MatchWorker | undefined;

parentPort?.on('message', (task: MatchTask) => {
  try {
    worker ??= new MatchWorker(workerData);
    let lastTold = performance.now();
    const digest = worker.perform(task, (done) => {
      const now = performance.now();
      if (now - lastTold < INTERVAL) return;
      lastTold = now;
      reply({ kind: 'progress', done });
    });
    reply({ kind: 'done', digest });
  } catch (error) {
    const isSeed = error instanceof UnreadableSeed;
    reply({ kind: 'failed', reason: systemReason(isSeed ? error.cause : error), isSeed });
  }
});
