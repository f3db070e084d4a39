/* Runs on the threads that `extract-thread.ts` starts. */
import { parentPort, workerData } from 'node:worker_threads';
import { type BatchMessage, unpackBatch } from './extract/batches/batch.ts';
import { BatchWriter } from './extract/batches/batch-writer.ts';
import type { ExtractThreadData, ExtractThreadReply } from './extract-thread.ts';
import { loadSyncDecompressByName } from './sync-decompress.ts';

const { setup, compression }: ExtractThreadData = workerData;
const writer = new BatchWriter(setup, await loadSyncDecompressByName(compression));

parentPort?.on('message', (message: BatchMessage) => reply(writer.write(unpackBatch(message))));
reply('ready');

function reply(message: ExtractThreadReply): void {
  parentPort?.postMessage(message);
}
