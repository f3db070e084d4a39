import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { AppImageError } from '../errors.ts';
import { type CompressBlock, loadCompressBlock } from './compress-block.ts';
import type { WritableCompression } from './compression-levels.ts';
import { systemReason } from './io-error.ts';
import { threadOptions } from './thread-options.ts';

/** What a thread is started with. */
export interface CompressThreadData {
  readonly name: WritableCompression;
  readonly level: number;
}

/**
 * A block for a thread. Its memory comes back with the answer and serves again: as garbage, of three threads that each wait for much of it,
 * it would be most of what a build takes.
 */
export interface CompressTask {
  readonly memory: ArrayBuffer;
  /** Bytes of the block, from the memory's start. */
  readonly length: number;
}

/** What a thread answers. */
export interface CompressedBlock {
  readonly packed: Uint8Array<ArrayBuffer>;
  readonly memory: ArrayBuffer;
}

/** Beside this file, in the sources and in the built package alike. */
const WORKER = new URL(`./compress-worker${extname(import.meta.url)}`, import.meta.url);

/** Whether a thread can be started: the file is missing where somebody has made one file of a whole program. */
const canStartThreads = WORKER.protocol === 'file:' && existsSync(WORKER);

/** Milliseconds after which a thread ends that has nothing to do. */
const IDLE_LIMIT = 1000;

/** One is compressed, and one waits, so that a thread never does. */
const BLOCKS_A_THREAD = 2;

/** How many blocks are worth having under way at once. */
export function compressConcurrency(): number {
  return BLOCKS_A_THREAD * availableParallelism();
}

/**
 * Makes a function that compresses blocks on threads, one a core, which are started when there is work and end when there is none; they
 * keep no program from ending. A thread compresses one block after the other at once: it takes a tenth less of the processor than Node's
 * pool, whose threads change with every call. Where no thread can be started, this one works, and gives way to others between two blocks.
 *
 * @throws AppImageError `io`, from the function, when a thread ends before its work
 */
export function compressThreads(data: CompressThreadData): (content: Uint8Array) => Promise<Uint8Array> {
  if (!canStartThreads) return inPlace(loadCompressBlock(data.name, data.level));
  const limit = availableParallelism();
  const threads = new Set<CompressThread>();
  const waiting: (() => void)[] = [];
  const leastBusy = (): CompressThread => {
    const thread = [...threads].reduce<CompressThread | undefined>(
      (best, each) => (best === undefined || each.busy < best.busy ? each : best),
      undefined,
    );
    if (thread !== undefined && (thread.busy === 0 || threads.size >= limit)) return thread;
    const started = new CompressThread(data, () => threads.delete(started));
    threads.add(started);
    return started;
  };
  return async (content) => {
    while (threads.size >= limit && leastBusy().busy >= BLOCKS_A_THREAD) {
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await leastBusy().compress(content);
    } finally {
      waiting.shift()?.();
    }
  };
}

function inPlace(loading: Promise<CompressBlock>): (content: Uint8Array) => Promise<Uint8Array> {
  loading.catch(() => undefined); // told by whoever compresses
  return async (content) => {
    const compress = await loading;
    await setImmediate();
    return compress(content);
  };
}

interface Task {
  readonly resolve: (packed: Uint8Array) => void;
  readonly reject: (error: AppImageError) => void;
}

/** A thread, and the blocks that it has still to answer, in order. */
class CompressThread {
  readonly #worker: Worker;
  readonly #name: string;
  readonly #tasks: Task[] = [];
  readonly #memory: ArrayBuffer[] = [];
  readonly #ended: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** `ended` is called when the thread has waited too long for its next block, or has failed. */
  constructor(data: CompressThreadData, ended: () => void) {
    this.#name = data.name;
    this.#ended = ended;
    this.#worker = new Worker(WORKER, { execArgv: threadOptions(), workerData: data });
    this.#worker.on('message', (answer: CompressedBlock) => this.#answer(answer));
    this.#worker.on('error', (error) => this.#fail(`its thread has failed with ${systemReason(error)}`, error));
    this.#worker.on('exit', () => this.#fail('its thread has ended before its work'));
  }

  /** Blocks that it has not answered yet. */
  get busy(): number {
    return this.#tasks.length;
  }

  compress(content: Uint8Array): Promise<Uint8Array> {
    clearTimeout(this.#timer);
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#tasks.push({ resolve, reject });
      const memory = this.#takeMemory(content.length);
      new Uint8Array(memory).set(content);
      const task: CompressTask = { memory, length: content.length };
      this.#worker.postMessage(task, [memory]);
    });
  }

  #takeMemory(length: number): ArrayBuffer {
    const memory = this.#memory.pop();
    return memory !== undefined && memory.byteLength >= length ? memory : new ArrayBuffer(length);
  }

  #answer({ packed, memory }: CompressedBlock): void {
    this.#memory.push(memory);
    this.#tasks.shift()?.resolve(packed);
    if (this.#tasks.length > 0) return;
    this.#worker.unref();
    this.#timer = setTimeout(() => this.#end(), IDLE_LIMIT).unref();
  }

  #fail(reason: string, cause?: unknown): void {
    this.#end();
    for (const { reject } of this.#tasks.splice(0)) {
      reject(new AppImageError('io', `Cannot compress with ${this.#name}: ${reason}`, { cause }));
    }
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#ended();
    void this.#worker.terminate();
  }
}
