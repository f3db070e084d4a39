import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import type { BlockIndex } from './block-index.ts';
import { BlockWriter } from './block-writer.ts';
import { SeedScanner } from './seed-scanner.ts';
import { strongHash } from './sums/strong-sums.ts';
import { weakSumAt } from './sums/weak-sum-at.ts';
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
  /**
   * Hashes the whole target, in one pass; answers the digests. With `there`, it goes along while the target is put together:
   * the first number there says how many blocks from the beginning are written.
   */
  | { readonly kind: 'hash'; readonly algorithms: readonly string[]; readonly there?: Int32Array | undefined };

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
  perform(task: MatchTask, onProgress: (done: number) => void): Uint8Array[] {
    if (task.kind === 'hash') return this.#hash(task, onProgress);
    if (task.kind === 'verify') this.#verify(task.first, task.end, onProgress);
    else this.#scan(task, onProgress);
    this.#writer.flush();
    return [];
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
        const sum = weakSumAt(buffer, at, blockSize) & weakMask;
        if (sum >>> 0 !== weak[block] || !hasStrongSum(blocks, block, hash(buffer, at, at + blockSize))) continue;
        found[name] = 1;
        if ((blocks.nextTwins[name] as number) >= 0) this.#writer.add(block, buffer, at);
      }
      this.#writer.flush();
      onProgress((last - first) * blockSize);
    }
  }

  #hash({ algorithms, there }: MatchTask & { kind: 'hash' }, onProgress: (done: number) => void): Uint8Array[] {
    const { count, length } = this.#work.blocks;
    const hashes = algorithms.map((algorithm) => createHash(algorithm));
    const buffer = new Uint8Array(PIECE_LENGTH);
    for (let offset = 0; ; ) {
      const blocks = there === undefined ? count : Atomics.load(there, 0);
      const end = blocks >= count ? Number.POSITIVE_INFINITY : Math.min(length, blockStart(this.#work.blocks, blocks));
      const wanted = Math.min(buffer.length, end - offset);
      if (there !== undefined && wanted < buffer.length && blocks < count) {
        Atomics.wait(there, 0, blocks);
        continue;
      }
      const read = readSync(this.#descriptor, buffer, 0, wanted, offset);
      if (read === 0) return hashes.map((hash) => Uint8Array.from(hash.digest()));
      for (const hash of hashes) hash.update(buffer.subarray(0, read));
      offset += read;
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
