import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CompressionName } from '../compression/codec.ts';
import { AppImageError } from '../errors.ts';
import { type Batch, packBatch } from './extract/batches/batch.ts';
import type { BatchResult, BatchSetup } from './extract/batches/batch-writer.ts';
import { systemReason } from './io-error.ts';
import { threadOptions } from './thread-options.ts';

/** What the thread is given when it starts. */
export interface ExtractThreadData {
  readonly setup: BatchSetup;
  readonly compression: CompressionName;
}

/** That batches may come, or what became of one; in the order in which they came. */
export type ExtractThreadReply = 'ready' | BatchResult;

/** Beside this file, in the sources and in the built package alike. */
const WORKER = new URL(`./extract-worker${extname(import.meta.url)}`, import.meta.url);

/** A batch that the thread has been given. */
interface GivenBatch {
  resolve(result: BatchResult): void;
  reject(error: unknown): void;
}

/** A thread that writes batches, until it is closed. */
export class ExtractThread {
  readonly #worker: Worker;
  readonly #given: GivenBatch[] = [];
  #ready = false;
  #failure: AppImageError | undefined;

  constructor(data: ExtractThreadData) {
    this.#worker = new Worker(WORKER, { execArgv: threadOptions(), workerData: data });
    this.#worker.on('message', (reply: ExtractThreadReply) => {
      if (reply === 'ready') this.#ready = true;
      else this.#given.shift()?.resolve(reply);
    });
    this.#worker.on('error', (error) => this.#end(`a thread has failed with ${systemReason(error)}`, error));
    this.#worker.on('exit', () => this.#end('a thread has ended before its work'));
  }

  /** Whether it takes batches: not before it has started, and not after it has failed, as where a bundler has left its code out. */
  get ready(): boolean {
    return this.#ready && this.#failure === undefined;
  }

  /** Batches that it has been given and has not finished. */
  get pending(): number {
    return this.#given.length;
  }

  /** @throws AppImageError `io` when the thread ends before it has done that */
  write(batch: Batch): Promise<BatchResult> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#given.push({ resolve, reject });
      this.#worker.postMessage(packBatch(batch));
    });
  }

  /** Ends the thread, whatever it is doing. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #end(reason: string, cause?: unknown): void {
    this.#failure ??= new AppImageError('io', `Cannot extract: ${reason}`, { cause });
    for (const { reject } of this.#given.splice(0)) reject(this.#failure);
  }
}
