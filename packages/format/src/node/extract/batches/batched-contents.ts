import { closeSync } from 'node:fs';
import { AppImageError } from '../../../errors.ts';
import { describePath } from '../../../filesystem/path-errors.ts';
import type { FileEntry, ReadonlyFileSystem } from '../../../filesystem/readonly-file-system.ts';
import type { StoredBlock, StoredContents } from '../../../filesystem/stored-contents.ts';
import { type ContentWriter, type ContentWriterOptions, PERMISSIONS } from '../content-writer.ts';
import { attempt, writeError } from '../extract-errors.ts';
import { createFile, finishFile } from '../regular-file.ts';
import type { Batch, BatchFile } from './batch.ts';
import { BatchPool, type BatchPoolOptions } from './batch-pool.ts';
import type { BatchFailure, BatchResult, SystemFailure } from './batch-writer.ts';

/** Bytes of contents that make a batch, and files: some milliseconds of work. */
const BATCH_BYTES = 2 * 1_048_576;
const BATCH_FILES = 256;

/** Methods that bring back 30 MB in a second, where others do so with hundreds. */
const SLOW_METHODS: ReadonlySet<string> = new Set(['xz', 'lzma']);
const SLOW_BATCH_BYTES = 262_144;

/** A file that is written in parts, perhaps by several threads. */
interface PartedFile {
  readonly entry: FileEntry;
  readonly descriptor: number;
  /** Parts under way, and one more until all are known. */
  pending: number;
  /** Bytes in the parts that are done. */
  counted: number;
}

/** A file in a batch of which the outcome is awaited. */
interface PendingFile extends BatchFile {
  readonly entry: FileEntry;
  readonly parted: PartedFile | undefined;
}

/** What {@link BatchedContents} works with. */
export interface BatchedContentsOptions
  extends ContentWriterOptions,
    Pick<BatchPoolOptions<PendingFile>, 'compression' | 'decompress'> {
  readonly files: ReadonlyFileSystem;
  readonly stored: StoredContents;
  /** Where the blocks of {@link stored} are. */
  readonly image: BatchPoolOptions<PendingFile>['setup']['image'];
}

/** Has threads read, decompress and write blocks of an image on disk by themselves; here it is only planned who does what. */
export class BatchedContents implements ContentWriter {
  readonly #options: BatchedContentsOptions;
  readonly #pool: BatchPool<PendingFile>;
  readonly #open = new Set<PartedFile>();
  readonly #enough: number;
  #batch: PendingFile[] = [];
  /** Bytes that have to be decompressed for the batch. */
  #batchBytes = 0;
  #lastStart: number | undefined;

  constructor(options: BatchedContentsOptions) {
    const { root, umask, image, compression, decompress, stored } = options;
    this.#options = options;
    this.#enough = SLOW_METHODS.has(compression) ? SLOW_BATCH_BYTES : BATCH_BYTES;
    this.#pool = new BatchPool({
      setup: { root, umask, image },
      compression,
      decompress,
      imageSize: stored.source.size,
      onResult: (batch, result) => this.#account(batch, result),
    });
  }

  async write(entry: FileEntry): Promise<void> {
    const { stored, signal } = this.#options;
    const atHand = stored.blocksAtHand?.(entry);
    if (atHand !== undefined && bytesIn(atHand) < this.#enough) return this.#addWhole(entry, atHand);
    let parted: PartedFile | undefined;
    let blocks: StoredBlock[] = [];
    let bytes = 0;
    for await (const run of stored.blocks(entry, { signal })) {
      for (const block of run) {
        blocks.push(block);
        bytes += block.length;
        if (bytes < this.#enough) continue;
        parted ??= this.#openParted(entry);
        await this.#addPart(parted, blocks);
        blocks = [];
        bytes = 0;
      }
    }
    if (parted === undefined) return this.#addWhole(entry, blocks);
    if (blocks.length > 0) await this.#addPart(parted, blocks);
    this.#release(parted);
  }

  async finish(): Promise<void> {
    await this.#flush();
    await this.#pool.finish();
  }

  async close(): Promise<void> {
    await this.#pool.close();
    for (const { descriptor } of this.#open) closeSync(descriptor);
  }

  async #addWhole(entry: FileEntry, blocks: readonly StoredBlock[]): Promise<void> {
    // A full batch waits for a file that begins in another block than the last one ends in, which would be decompressed twice.
    const isFull = this.#batchBytes >= this.#enough && blocks[0]?.start !== this.#lastStart;
    if (isFull || this.#batch.length >= BATCH_FILES) await this.#flush();
    this.#batch.push(pendingFile(entry, blocks));
    for (const { start, maximumLength } of blocks) {
      if (start !== this.#lastStart) this.#batchBytes += maximumLength;
      this.#lastStart = start;
    }
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    this.#lastStart = undefined;
    if (batch.length > 0) await this.#submit(batch);
  }

  /** A large file may be many batches long, between which nothing else looks at the signal. */
  async #submit(batch: Batch<PendingFile>): Promise<void> {
    this.#options.signal?.throwIfAborted();
    await this.#pool.add(batch);
  }

  #openParted(entry: FileEntry): PartedFile {
    const { path, stat } = entry;
    const { root } = this.#options;
    const make = () => createFile(`${root}/${path}`, stat.mode & PERMISSIONS);
    const parted = { entry, descriptor: attempt({ root, path }, make), pending: 1, counted: 0 };
    this.#open.add(parted);
    return parted;
  }

  async #addPart(parted: PartedFile, blocks: readonly StoredBlock[]): Promise<void> {
    parted.pending += 1;
    await this.#submit([pendingFile(parted.entry, blocks, parted)]);
  }

  /** A part is done, or all of them are known. */
  #release(parted: PartedFile): void {
    parted.pending -= 1;
    if (parted.pending > 0) return;
    const { tally, umask, root } = this.#options;
    const { entry, descriptor, counted } = parted;
    const { path } = entry;
    const { size, mtime, mode } = entry.stat;
    this.#open.delete(parted);
    try {
      // Its parts may have ended in holes.
      const finish = { size, mtime, mode: mode & PERMISSIONS, written: 0 };
      attempt({ root, path }, () => finishFile(descriptor, finish, umask));
    } finally {
      closeSync(descriptor);
    }
    tally.files += 1;
    tally.bytes += size - counted;
  }

  async #account(batch: Batch<PendingFile>, { written, failure }: BatchResult): Promise<void> {
    const { tally } = this.#options;
    const failed = failure && batch[failure.index];
    if (failed) throw await this.#explain(failed.entry, failure);
    tally.countWritten(written, batch.at(-1)?.path ?? '');
    for (const { size, blocks, parted } of batch) {
      if (parted === undefined) {
        tally.files += 1;
        tally.bytes += size;
      } else {
        const count = bytesIn(blocks);
        parted.counted += count;
        tally.bytes += count;
        this.#release(parted);
      }
    }
  }

  /** Finds the words for a failure: for a content that can not be read the reader has them. */
  async #explain(entry: FileEntry, { system }: BatchFailure): Promise<unknown> {
    const { files, signal, root } = this.#options;
    const { path } = entry;
    if (system !== undefined) return writeError({ root, path }, systemError(system));
    for await (const _ of files.readFile(entry, { signal }));
    const message = `Cannot extract ${describePath(path)}: its content changed while it was read`;
    return new AppImageError('io', message, { path });
  }
}

function pendingFile(entry: FileEntry, blocks: readonly StoredBlock[], parted?: PartedFile): PendingFile {
  const { path, stat } = entry;
  const { mode, mtime, size } = stat;
  const descriptor = parted?.descriptor;
  return { path, descriptor, mode: mode & PERMISSIONS, mtime, size, blocks, entry, parted };
}

function bytesIn(blocks: readonly StoredBlock[]): number {
  return blocks.reduce((sum, { length }) => sum + length, 0);
}

/** What the system threw in a thread, as if it had done so here. */
function systemError({ message, ...details }: SystemFailure): Error {
  return Object.assign(new Error(message), details);
}
