/* Runs on the threads that `compress-threads.ts` starts. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadCompressBlock } from './compress-block.ts';
import type { CompressThreadData } from './compress-threads.ts';

const { name, level } = workerData as CompressThreadData;
const compress = await loadCompressBlock(name, level); // messages wait for whoever listens

parentPort?.on('message', (content: Uint8Array) => {
  const packed = new Uint8Array(compress(content)); // in memory of its own, as a small one of Node's is not
  parentPort?.postMessage(packed, [packed.buffer]);
});
