import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppImageError } from '../errors.ts';
import type { StreamHasher } from '../hash/hasher.ts';
import { systemReason } from './io-error.ts';
import { threadOptions } from './thread-options.ts';

/** What the thread is given when it starts. */
export interface HashThreadData {
  /** By Node's names. */
  readonly algorithms: readonly string[];
  /** Slots of `slotLength` bytes, in which the stream is handed over. */
  readonly memory: SharedArrayBuffer;
  readonly slotLength: number;
}

/** Bytes to hash, or the wish for the result. */
export type HashTask = { readonly slot: number; readonly length: number } | 'digest';

/** A slot that may be filled again, or the result. */
export type HashThreadReply = { readonly freed: number } | { readonly digests: readonly Uint8Array[] };

const SLOTS = 4;
const SLOT_LENGTH = 1_048_576;
/** Beside this file, in the sources and in the built package alike. */
const WORKER = new URL(`./hash-worker${extname(import.meta.url)}`, import.meta.url);

/** Whether a thread can be started: the file is missing where somebody has made one file of a whole program. */
export const canStartHashThread: boolean = WORKER.protocol === 'file:' && existsSync(WORKER);

/**
 * Starts a thread that hashes one stream; its memory is that of the slots.
 *
 * @throws AppImageError `io`, from the hasher's methods, when the thread ends before its work
 */
export function startHashThread(algorithms: readonly string[]): StreamHasher {
  const memory = new SharedArrayBuffer(SLOTS * SLOT_LENGTH);
  const workerData: HashThreadData = { algorithms, memory, slotLength: SLOT_LENGTH };
  const worker = new Worker(WORKER, { execArgv: threadOptions(), workerData });
  const free = Array.from({ length: SLOTS }, (_, slot) => slot);
  let failure: Error | undefined;
  let digests: readonly Uint8Array[] | undefined;
  /** Wakes whoever waits for a reply; at most one does. */
  let wake: () => void = () => undefined;
  const fail = (reason: string, cause?: unknown): void => {
    failure ??= new AppImageError('io', `Cannot hash stream: ${reason}`, { cause });
    wake();
  };
  worker.on('message', (reply: HashThreadReply) => {
    if ('freed' in reply) free.push(reply.freed);
    else digests = reply.digests;
    wake();
  });
  worker.on('error', (error) => fail(`its thread has failed with ${systemReason(error)}`, error));
  worker.on('exit', () => fail('its thread has ended before its work'));
  const nextReply = async (): Promise<void> => {
    if (failure === undefined) await new Promise<void>((resolve) => (wake = resolve));
    if (failure !== undefined) throw failure;
  };
  const send = (task: HashTask): void => worker.postMessage(task);

  return {
    async update(bytes) {
      for (let offset = 0; offset < bytes.length; offset += SLOT_LENGTH) {
        while (free.length === 0) await nextReply();
        const slot = free.pop() as number;
        const part = bytes.subarray(offset, offset + SLOT_LENGTH);
        new Uint8Array(memory, slot * SLOT_LENGTH, part.length).set(part);
        send({ slot, length: part.length });
      }
    },
    async digest() {
      send('digest');
      while (digests === undefined) await nextReply();
      await worker.terminate();
      return digests;
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}
