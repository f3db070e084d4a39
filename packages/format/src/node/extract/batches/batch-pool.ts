import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { DecompressBlock } from '../../../compression/decompressed-block.ts';
import { ExtractThread, type ExtractThreadData } from '../../extract-thread.ts';
import type { Batch, BatchFile } from './batch.ts';
import { type BatchResult, BatchWriter } from './batch-writer.ts';

/** More of them only wait for each other in the file system. */
const MAXIMUM_THREADS = 8;

/** Batches that a thread is given at once, so that it finds the next one when it is done with the first. */
const BATCHES_AHEAD = 2;

/** A thread takes as long to start as some MB to extract: images below this length are done sooner without. */
const SMALLEST_FOR_THREADS = 4 * 1_048_576;

/** What a {@link BatchPool} works with. */
export interface BatchPoolOptions<File extends BatchFile> extends ExtractThreadData {
  readonly decompress: DecompressBlock;
  /** Bytes of the image, by which the number of threads is chosen. */
  readonly imageSize: number;
  /** Told the outcome of each batch; what it throws is what {@link BatchPool.add} and {@link BatchPool.finish} reject with. */
  readonly onResult: (batch: Batch<File>, result: BatchResult) => Promise<void>;
}

/**
 * Writes batches on as many threads as there are processors. The thread that asks is one of them: it writes a batch by itself, for
 * a few milliseconds, where all others have enough to do. The others start with the first batch.
 */
export class BatchPool<File extends BatchFile> {
  readonly #options: BatchPoolOptions<File>;
  readonly #writer: BatchWriter;
  readonly #running = new Set<Promise<void>>();
  #threads: ExtractThread[] | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: BatchPoolOptions<File>) {
    this.#options = options;
    this.#writer = new BatchWriter(options.setup, options.decompress);
  }

  /** Resolves when more may come; rejects with what went wrong since the last time, in this batch or another. */
  async add(batch: Batch<File>): Promise<void> {
    this.#threads ??= this.#startThreads();
    this.#throwFailure();
    const thread = this.#idleThread();
    if (thread === undefined) {
      await this.#follow(batch, this.#writeHere(batch));
      await setImmediate(); // for what the others have to say
    } else {
      void this.#follow(batch, thread.write(batch));
    }
    this.#throwFailure();
  }

  /** Resolves when all batches are written. */
  async finish(): Promise<void> {
    await Promise.all(this.#running);
    this.#throwFailure();
  }

  /** Ends the threads after the batches that they have begun; nothing is written from then on. */
  async close(): Promise<void> {
    await Promise.all(this.#running);
    await Promise.all((this.#threads ?? []).map((thread) => thread.close()));
  }

  #startThreads(): ExtractThread[] {
    const { imageSize, setup, compression } = this.#options;
    if (imageSize < SMALLEST_FOR_THREADS) return [];
    const count = Math.min(availableParallelism(), MAXIMUM_THREADS) - 1;
    try {
      return Array.from({ length: count }, () => new ExtractThread({ setup, compression }));
    } catch {
      return []; // Node's permission model may forbid threads
    }
  }

  #idleThread(): ExtractThread | undefined {
    const ready = (this.#threads ?? []).filter((thread) => thread.ready && thread.pending < BATCHES_AHEAD);
    return ready.sort((left, right) => left.pending - right.pending)[0];
  }

  async #writeHere(batch: Batch<File>): Promise<BatchResult> {
    return this.#writer.write(batch);
  }

  /** Resolves when the batch is done with, whatever became of it. */
  #follow(batch: Batch<File>, outcome: Promise<BatchResult>): Promise<void> {
    const settled = outcome
      .then((result) => this.#options.onResult(batch, result))
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(settled));
    this.#running.add(settled);
    return settled;
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
