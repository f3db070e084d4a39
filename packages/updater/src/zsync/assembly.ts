import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { AppImageError, type ZsyncControl } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import { indexBlocks } from './block-index.ts';
import { BlockWriter } from './block-writer.ts';
import { targetBlocks } from './make-target-blocks.ts';
import { UnreadableSeed } from './match-task.ts';
import { type MatchPool, matchPool } from './match-threads.ts';
import { isComplete, isFound, type TargetBlocks, zeroClass } from './target-blocks.ts';

/** A target under way: a file of the full length, and which of its blocks are there. */
export interface Assembly extends AsyncDisposable {
  readonly blocks: TargetBlocks;
  /** The target, to write to. */
  readonly file: FileHandle;
  /** Looks for missing blocks in a file; answers false for one that can not be read. */
  addSeed(path: string, onProgress?: (done: number) => void): Promise<boolean>;
  /**
   * Begins to hash what is there from the beginning of the file on, while the rest is written by this thread; {@link hash} waits
   * for it. Does nothing where there are no threads.
   */
  beginHash(algorithms: readonly string[]): void;
  /** The hashes of what is in the file, in hexadecimal digits, in the order of Node's names for them. */
  hash(algorithms: readonly string[], onProgress?: (done: number) => void): Promise<string[]>;
}

/** Options of {@link openAssembly}. */
export interface AssemblyOptions {
  readonly control: ZsyncControl;
  /** Where the target is made. A file that is there is kept: blocks that are in their places already are found. */
  readonly target: string;
  /** Only looks what is there of it, and does not give it its length. Default false. */
  readonly keepSize?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes of a seed that a thread takes at once. */
const SECTION_LENGTH = 16 * 1_048_576;
/** Bytes of a target below which threads take longer to start than to help. */
const SHORT = 64 * 1_048_576;

/**
 * Opens the target, or makes it, gives it its full length without taking the room, and finds what is there of it.
 *
 * @throws AppImageError `io` when the file can not be opened or written, or is something else than a file
 */
export async function openAssembly({ control, target, keepSize = false, signal }: AssemblyOptions): Promise<Assembly> {
  const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const failed = (cause: unknown): never => {
    throw ioError(`Cannot write ${target}`, target, cause);
  };
  const file = await open(target, flags, 0o600).catch(failed);
  try {
    const before = await file.stat();
    if (!before.isFile()) {
      throw new AppImageError('io', `Cannot write ${target}: expected a regular file, found something else`, {
        path: target,
      });
    }
    const blocks = targetBlocks(control);
    const isShort = control.length < SHORT;
    const pool = matchPool({ blocks, index: indexBlocks(blocks), target }, { isShort, signal });
    const assembly = new FileAssembly({ blocks, file, pool, target });
    if (!keepSize) await file.truncate(control.length).catch(failed);
    if (before.size > 0) await assembly.verify(Math.min(before.size, control.length));
    if (!keepSize) assembly.addZeros(before.size === 0);
    return assembly;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Milliseconds between two words to a thread that hashes about how much is there. */
const HASH_INTERVAL = 10;

/** Hashes that are computed while the file is put together. */
interface HashUnderWay {
  readonly digests: Promise<readonly Uint8Array[]>;
  readonly there: Int32Array;
  readonly timer: NodeJS.Timeout;
  onProgress(done: number): void;
}

class FileAssembly implements Assembly {
  readonly blocks: TargetBlocks;
  readonly file: FileHandle;
  readonly #pool: MatchPool;
  readonly #target: string;
  #hashing: HashUnderWay | undefined;

  constructor(parts: {
    readonly blocks: TargetBlocks;
    readonly file: FileHandle;
    readonly pool: MatchPool;
    readonly target: string;
  }) {
    this.blocks = parts.blocks;
    this.file = parts.file;
    this.#pool = parts.pool;
    this.#target = parts.target;
  }

  /** Finds the blocks that are in their places, in as many bytes as the file had. */
  async verify(size: number): Promise<void> {
    const { blockSize } = this.blocks;
    const atOnce = Math.max(1, Math.floor(SECTION_LENGTH / blockSize));
    const end = Math.ceil(size / blockSize);
    const tasks: Promise<unknown>[] = [];
    for (let first = 0; first < end; first += atOnce) {
      tasks.push(this.#pool.perform({ kind: 'verify', first, end: Math.min(end, first + atOnce) }));
    }
    await allDone(tasks);
  }

  /** Blocks of zeros need no seed; in a file that is `new` they are there. */
  addZeros(isNew: boolean): void {
    const { blocks } = this;
    const zeros = zeroClass(blocks);
    if (zeros < 0 || blocks.found[zeros] === 1) return;
    blocks.found[zeros] = 1;
    if (isNew) return;
    const writer = new BlockWriter(blocks, this.file.fd);
    writer.add(zeros, new Uint8Array(blocks.blockSize), 0);
    writer.flush();
  }

  async addSeed(path: string, onProgress: (done: number) => void = () => undefined): Promise<boolean> {
    if (isComplete(this.blocks)) return true;
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) return false;
    const done: number[] = [];
    const tasks: Promise<unknown>[] = [];
    for (let start = 0; start < found.size; start += SECTION_LENGTH) {
      const place = done.push(0) - 1;
      const end = Math.min(found.size, start + SECTION_LENGTH);
      const task = this.#pool.perform({ kind: 'scan', path, size: found.size, start, end }, (bytes) => {
        done[place] = bytes;
        onProgress(done.reduce((sum, value) => sum + value, 0));
      });
      tasks.push(task);
    }
    try {
      await allDone(tasks);
      return true;
    } catch (error) {
      if (error instanceof UnreadableSeed) return false;
      throw error;
    }
  }

  beginHash(algorithms: readonly string[]): void {
    if (!this.#pool.hasThreads || this.#hashing !== undefined || isComplete(this.blocks)) return;
    const there = new Int32Array(new SharedArrayBuffer(4));
    const task = { kind: 'hash', algorithms, there } as const;
    const digests = this.#pool.perform(task, (done) => hashing.onProgress(done));
    digests.catch(() => undefined); // told by hash(), if anybody still wants to know
    const timer = setInterval(() => this.#tellHash(hashing), HASH_INTERVAL).unref();
    const hashing: HashUnderWay = { digests, there, timer, onProgress: () => undefined };
    this.#hashing = hashing;
  }

  /** Blocks count once they are found and written, which this thread does in one go. */
  #tellHash({ there }: HashUnderWay): void {
    let block = there[0] as number;
    while (block < this.blocks.count && isFound(this.blocks, block)) block++;
    Atomics.store(there, 0, block);
    Atomics.notify(there, 0);
  }

  async hash(algorithms: readonly string[], onProgress: (done: number) => void = () => undefined): Promise<string[]> {
    const hashing = this.#hashing;
    if (hashing !== undefined) {
      hashing.onProgress = onProgress;
      clearInterval(hashing.timer);
      Atomics.store(hashing.there, 0, this.blocks.count);
      Atomics.notify(hashing.there, 0);
      return hexDigits(await hashing.digests);
    }
    const digests = algorithms.map((algorithm, index) =>
      this.#pool.perform({ kind: 'hash', algorithms: [algorithm] }, index === 0 ? onProgress : undefined),
    );
    await allDone(digests);
    return hexDigits((await Promise.all(digests)).flat());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#hashing?.timer);
    await this.#pool[Symbol.asyncDispose]();
    await this.file.close().catch((cause: unknown) => {
      throw ioError(`Cannot write ${this.#target}`, this.#target, cause);
    });
  }
}

function hexDigits(digests: readonly Uint8Array[]): string[] {
  return digests.map((digest) => Buffer.from(digest).toString('hex'));
}

/** Waits for all, also where one has failed, so that none is under way afterwards; then throws what the first threw. */
async function allDone(tasks: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(tasks);
  const failure = results.find(({ status }) => status === 'rejected');
  if (failure?.status === 'rejected') throw failure.reason;
}
