import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppImageError } from '@appimage-js/format';
import { ioError, systemReason, threadOptions } from '@appimage-js/format/node';
import { type MatchTask, type MatchWork, MatchWorker, UnreadableSeed } from './match-task.ts';

/** What a thread says of its task. */
export type MatchReply =
  | { readonly kind: 'progress'; readonly done: number }
  | { readonly kind: 'done'; readonly digests: readonly Uint8Array[] }
  | { readonly kind: 'failed'; readonly failure: FailureFacts; readonly isSeed: boolean };

/** What is left of an error of the system on its way between threads. */
export interface FailureFacts {
  readonly message: string;
  readonly code: string | undefined;
  readonly errno: number | undefined;
}

/** Does tasks, several at once. */
export interface MatchPool extends AsyncDisposable {
  /**
   * Does a task and answers the digests of one that hashes.
   *
   * @throws UnreadableSeed when a seed can not be read
   * @throws AppImageError `io` when the target can not be read or written, or a thread ends before its work
   */
  perform(task: MatchTask, onProgress?: (done: number) => void): Promise<readonly Uint8Array[]>;
  /** Whether a task that waits keeps nobody else waiting. */
  readonly hasThreads: boolean;
}

/** With more threads, memory and disk are what is waited for. */
const MOST_THREADS = 4;
/** Bytes of a target for each thread that searches: two that write into one file take a third longer for both together. */
const LENGTH_FOR_THREAD = 256 * 1_048_576;
/** Threads that hash at once, each by another function. */
const HASHING_THREADS = 2;

/** Megabytes for what a thread throws away at once; it keeps next to nothing. */
const YOUNG_GENERATION = 16;

/** Beside this file, in the sources and in the built package alike. */
const WORKER = new URL(`./match-worker${extname(import.meta.url)}`, import.meta.url);

/** Whether threads can be started: the file is missing where somebody has made one file of a whole program. */
const canStartThreads = WORKER.protocol === 'file:' && existsSync(WORKER);

/**
 * Makes a pool, of threads unless the work is too `short` to wait for their start. Once the signal is aborted, everything is
 * rejected with its reason.
 */
export function matchPool(
  work: MatchWork,
  { isShort, signal }: { readonly isShort: boolean; readonly signal: AbortSignal | undefined },
): MatchPool {
  return isShort || !canStartThreads ? inProcess(work, signal) : new ThreadPool(work, signal);
}

function inProcess(work: MatchWork, signal: AbortSignal | undefined): MatchPool {
  let worker: MatchWorker | undefined;
  return {
    hasThreads: false,
    async perform(task, onProgress = () => undefined) {
      signal?.throwIfAborted();
      try {
        worker ??= new MatchWorker(work);
        return worker.perform(task, onProgress);
      } catch (error) {
        if (error instanceof UnreadableSeed) throw error;
        throw ioError(`Cannot assemble ${work.target}`, work.target, error);
      }
    },
    async [Symbol.asyncDispose]() {
      worker?.[Symbol.dispose]();
      worker = undefined;
    },
  };
}

/** A task, and who waits for it. */
interface Job {
  readonly task: MatchTask;
  readonly onProgress: (done: number) => void;
  readonly resolve: (digests: readonly Uint8Array[]) => void;
  readonly reject: (reason: unknown) => void;
}

class ThreadPool implements MatchPool {
  readonly hasThreads = true;
  readonly #work: MatchWork;
  readonly #signal: AbortSignal | undefined;
  readonly #free: Worker[] = [];
  readonly #busy = new Map<Worker, Job>();
  readonly #waiting: Job[] = [];
  readonly #stop = (): void => {
    void this[Symbol.asyncDispose]();
  };

  constructor(work: MatchWork, signal: AbortSignal | undefined) {
    this.#work = work;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#stop, { once: true });
  }

  perform(task: MatchTask, onProgress: (done: number) => void = () => undefined): Promise<readonly Uint8Array[]> {
    return new Promise((resolve, reject) => {
      if (this.#signal?.aborted) return reject(this.#signal.reason);
      this.#waiting.push({ task, onProgress, resolve, reject });
      this.#next();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#stop);
    const jobs = [...this.#busy.values(), ...this.#waiting.splice(0)];
    const workers = [...this.#busy.keys(), ...this.#free.splice(0)];
    this.#busy.clear();
    for (const { reject } of jobs) reject(this.#signal?.reason ?? this.#error('its threads were ended'));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #next(): void {
    const job = this.#waiting[0];
    if (job === undefined) return;
    const worker = this.#free.pop() ?? this.#start(job.task);
    if (worker === undefined) return;
    this.#waiting.shift();
    this.#busy.set(worker, job);
    worker.postMessage(job.task);
  }

  #start({ kind }: MatchTask): Worker | undefined {
    const useful = kind === 'hash' ? HASHING_THREADS : Math.ceil(this.#work.blocks.length / LENGTH_FOR_THREAD);
    if (this.#busy.size >= Math.min(useful, MOST_THREADS, availableParallelism())) return undefined;
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION };
    const worker = new Worker(WORKER, { execArgv: threadOptions(), workerData: this.#work, resourceLimits });
    worker.on('message', (reply: MatchReply) => this.#receive(worker, reply));
    worker.on('error', (error) => this.#lose(worker, `its thread has failed with ${systemReason(error)}`, error));
    worker.on('exit', () => this.#lose(worker, 'its thread has ended before its work'));
    return worker;
  }

  #receive(worker: Worker, reply: MatchReply): void {
    const job = this.#busy.get(worker);
    if (job === undefined) return;
    if (reply.kind === 'progress') {
      job.onProgress(reply.done);
      return;
    }
    this.#busy.delete(worker);
    this.#free.push(worker);
    if (reply.kind === 'done') {
      job.resolve(reply.digests);
    } else {
      const reason = systemReason(Object.assign(new Error(reply.failure.message), reply.failure));
      job.reject(reply.isSeed ? new UnreadableSeed(reason) : this.#error(reason));
    }
    this.#next();
  }

  #lose(worker: Worker, reason: string, cause?: unknown): void {
    const job = this.#busy.get(worker);
    this.#busy.delete(worker);
    const place = this.#free.indexOf(worker);
    if (place >= 0) this.#free.splice(place, 1);
    job?.reject(this.#error(reason, cause));
    this.#next();
  }

  #error(reason: string, cause?: unknown): AppImageError {
    const { target } = this.#work;
    return new AppImageError('io', `Cannot assemble ${target}: ${reason}`, { path: target, cause });
  }
}
