import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { compressLz4 } from '../compression/lz4/compress-lz4.ts';
import { AppImageError } from '../errors.ts';
import { systemReason } from './io-error.ts';

/** One block, which a thread answers with the compressed one. */
export interface Lz4Task {
  readonly content: Uint8Array;
  readonly level: number;
}

/** Beside this file, in the sources and in the built package alike. */
const WORKER = new URL(`./lz4-worker${extname(import.meta.url)}`, import.meta.url);

/** Whether a thread can be started: the file is missing where somebody has made one file of a whole program. */
const canStartThreads = WORKER.protocol === 'file:' && existsSync(WORKER);

/** Milliseconds after which a thread ends that has nothing to do. */
const IDLE_LIMIT = 1000;

/**
 * Makes a function that compresses blocks with LZ4, on threads that are started when there is work, as many as there are calls
 * at a time. They end when there is none, and keep no program from ending. Where no thread can be started, this one works, and
 * gives way to others between two blocks.
 *
 * @throws AppImageError `io`, from the function, when a thread ends before its work
 */
export function lz4Threads(level: number): (content: Uint8Array) => Promise<Uint8Array> {
  if (!canStartThreads) {
    return async (content) => {
      await setImmediate();
      return compressLz4(content, level);
    };
  }
  const idle: Lz4Thread[] = [];
  return async (content) => {
    const thread = idle.pop() ?? startThread(() => idle.splice(idle.indexOf(thread), 1));
    const packed = await thread.compress({ content, level });
    idle.push(thread);
    thread.rest();
    return packed;
  };
}

interface Lz4Thread {
  compress(task: Lz4Task): Promise<Uint8Array>;
  /** Starts to wait for the next task, and not for long. */
  rest(): void;
}

/** `ended` is called when a thread has waited too long for its next task. */
function startThread(ended: () => void): Lz4Thread {
  const worker = new Worker(WORKER);
  let timer: NodeJS.Timeout | undefined;
  return {
    async compress(task) {
      clearTimeout(timer);
      worker.ref();
      try {
        return await new Promise<Uint8Array>((resolve, reject) => {
          const fail = (reason: string, cause?: unknown): void =>
            reject(new AppImageError('io', `Cannot compress with lz4: ${reason}`, { cause }));
          worker.removeAllListeners();
          worker.once('message', resolve);
          worker.once('error', (error) => fail(`its thread has failed with ${systemReason(error)}`, error));
          worker.once('exit', () => fail('its thread has ended before its work'));
          worker.postMessage(task);
        });
      } catch (error) {
        await worker.terminate();
        throw error;
      }
    },
    rest() {
      const end = (): void => {
        clearTimeout(timer);
        worker.removeAllListeners();
        ended();
        void worker.terminate();
      };
      worker.removeAllListeners();
      worker.once('error', end);
      worker.unref();
      timer = setTimeout(end, IDLE_LIMIT).unref();
    },
  };
}
