/* Runs on the threads that `match-threads.ts` starts. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemReason } from '@appimage-js/format/node';
import { type MatchTask, MatchWorker, UnreadableSeed } from './match-task.ts';
import type { MatchReply } from './match-threads.ts';

const reply = (message: MatchReply): void => parentPort?.postMessage(message);

let worker: MatchWorker | undefined;

parentPort?.on('message', (task: MatchTask) => {
  try {
    worker ??= new MatchWorker(workerData);
    const digest = worker.perform(task, (done) => reply({ kind: 'progress', done }));
    reply({ kind: 'done', digest });
  } catch (error) {
    const isSeed = error instanceof UnreadableSeed;
    reply({ kind: 'failed', reason: systemReason(isSeed ? error.cause : error), isSeed });
  }
});
