/* Runs on the threads that `lz4-threads.ts` starts. */
import { parentPort } from 'node:worker_threads';
import { compressLz4 } from '../compression/lz4/compress-lz4.ts';
import type { Lz4Task } from './lz4-threads.ts';

parentPort?.on('message', ({ content, level }: Lz4Task) => {
  const packed = compressLz4(content, level);
  parentPort?.postMessage(packed, [packed.buffer as ArrayBuffer]);
});
