import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { weakSum } from '@appimage-js/format';
import type { BlockIndex } from './block-index.ts';
import { BlockWriter } from './block-writer.ts';
import { SeedScanner } from './seed-scanner.ts';
import { strongHash } from './strong-sums.ts';
import { blockLength, blockStart, hasStrongSum, type TargetBlocks } from './target-blocks.ts';

/** A piece of work that takes a thread a while. */
export type MatchTask =
  /** Looks for blocks in a section of a seed and writes them into the target. */
  | {
      readonly kind: 'scan';
      readonly path: string;
      readonly size: number;
      readonly start: number;
      readonly end: number;
    }
  /** Looks which blocks of the target are in their places already, from one up to another. */
  | { readonly kind: 'verify'; readonly first: number; readonly end: number }
  /** Hashes the whole target; answers the digest. */
  | { readonly kind: 'hash'; readonly algorithm: string };

/** What the tasks of one target have in common. */
export interface MatchWork {
  readonly blocks: TargetBlocks;
  readonly index: BlockIndex;
  /** Path of the target. */
  readonly target: string;
}

/** A seed that can not be read, or no longer: something to do without. */
export class UnreadableSeed extends Error {
  override readonly name = 'UnreadableSeed';
}

const PIECE_LENGTH = 1_048_576;

/** Does tasks one after the other, by synchronous calls. */
export class MatchWorker implements Disposable {
  readonly #work: MatchWork;
  readonly #descriptor: number;
  readonly #writer: BlockWriter;
  #scanner: SeedScanner | undefined;

  constructor(work: MatchWork) {
    this.#work = work;
    this.#descriptor = openSync(work.target, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0));
    this.#writer = new BlockWriter(work.blocks, this.#descriptor);
  }

  /** Does a task; `onProgress` is told bytes that are done, from the beginning of the task. */
  perform(task: MatchTask, onProgress: (done: number) => void): Uint8Array | undefined {
    if (task.kind === 'hash') return this.#hash(task.algorithm, onProgress);
    if (task.kind === 'verify') this.#verify(task.first, task.end, onProgress);
    else this.#scan(task, onProgress);
    this.#writer.flush();
    return undefined;
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }

  #scan({ path, size, start, end }: MatchTask & { kind: 'scan' }, onProgress: (done: number) => void): void {
    const { blocks, index } = this.#work;
    this.#scanner ??= new SeedScanner(blocks, index, (block, bytes, at) => this.#writer.add(block, bytes, at));
    const seed = orUnreadable(() => openSync(path, 'r'));
    try {
      const read = (offset: number, bytes: Uint8Array): void =>
        orUnreadable(() => {
          const count = readFully(seed, bytes, offset);
          bytes.fill(0, count); // a seed that has become shorter
        });
      this.#scanner.scan({ size, start, end, read }, (done) => {
        this.#writer.flush();
        onProgress(done);
      });
    } finally {
      closeSync(seed);
    }
  }

  #verify(first: number, end: number, onProgress: (done: number) => void): void {
    const { blocks } = this.#work;
    const { blockSize, weak, weakMask, classes, found } = blocks;
    const hash = strongHash(blocks.strongHash, blockSize);
    const atOnce = Math.max(1, Math.floor(PIECE_LENGTH / blockSize));
    const buffer = new Uint8Array(Math.min(atOnce, end - first) * blockSize);
    for (let next = first; next < end; next += atOnce) {
      const last = Math.min(end, next + atOnce);
      const wanted = blockStart(blocks, last - 1) + blockLength(blocks, last - 1) - blockStart(blocks, next);
      buffer.fill(0, readFully(this.#descriptor, buffer.subarray(0, wanted), blockStart(blocks, next)));
      for (let block = next; block < last; block++) {
        const at = (block - next) * blockSize;
        const name = classes[block] as number;
        if (found[name] === 1) continue;
        const sum = weakSum(buffer.subarray(at, at + blockSize), blockSize) & weakMask;
        if (sum >>> 0 !== weak[block] || !hasStrongSum(blocks, block, hash(buffer, at, at + blockSize))) continue;
        found[name] = 1;
        if ((blocks.nextTwins[name] as number) >= 0) this.#writer.add(block, buffer, at);
      }
      this.#writer.flush();
      onProgress((last - first) * blockSize);
    }
  }

  #hash(algorithm: string, onProgress: (done: number) => void): Uint8Array {
    const hash = createHash(algorithm);
    const buffer = new Uint8Array(PIECE_LENGTH);
    for (let offset = 0; ; ) {
      const count = readSync(this.#descriptor, buffer, 0, buffer.length, offset);
      if (count === 0) return Uint8Array.from(hash.digest());
      hash.update(buffer.subarray(0, count));
      offset += count;
      onProgress(offset);
    }
  }
}

/** Reads up to the end of the file; answers how many bytes there were. */
function readFully(descriptor: number, bytes: Uint8Array, offset: number): number {
  let filled = 0;
  while (filled < bytes.length) {
    const count = readSync(descriptor, bytes, filled, bytes.length - filled, offset + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

function orUnreadable<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    throw new UnreadableSeed(String(cause), { cause });
  }
}
