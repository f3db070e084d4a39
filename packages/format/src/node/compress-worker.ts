/* Runs on the threads that `compress-threads.ts` starts. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadCompressBlock } from './compress-block.ts';
import type { CompressedBlock, CompressTask, CompressThreadData } from './compress-threads.ts';

const { name, level } = workerData as CompressThreadData;
const compress = await loadCompressBlock(name, level); // messages wait for whoever listens

parentPort?.on('message', ({ memory, length }: CompressTask) => {
  const packed = new Uint8Array(compress(new Uint8Array(memory, 0, length))); // not in memory that Node shares among small ones
  const answer: CompressedBlock = { packed, memory };
  parentPort?.postMessage(answer, [packed.buffer, memory]);
});
