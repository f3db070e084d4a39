/* Runs on the thread that `hash-thread.ts` starts. */
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import type { HashTask, HashThreadData, HashThreadReply } from './hash-thread.ts';

const { algorithms, memory, slotLength }: HashThreadData = workerData;
const hashes = algorithms.map((algorithm) => createHash(algorithm));

parentPort?.on('message', (task: HashTask) => {
  if (task === 'digest') return reply({ digests: hashes.map((hash) => Uint8Array.from(hash.digest())) });
  const bytes = new Uint8Array(memory, task.slot * slotLength, task.length);
  for (const hash of hashes) hash.update(bytes);
  return reply({ freed: task.slot });
});

function reply(message: HashThreadReply): void {
  parentPort?.postMessage(message);
}
