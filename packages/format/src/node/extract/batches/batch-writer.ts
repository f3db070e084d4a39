import { readSync } from 'node:fs';
import type { DecompressBlock } from '../../../compression/decompressed-block.ts';
import type { StoredBlock } from '../../../filesystem/stored-contents.ts';
import type { OpenFilePart } from '../../../io/byte-source.ts';
import { createFile, finishFile, withFile, writePart } from '../regular-file.ts';
import type { Batch, BatchFile } from './batch.ts';

/** Blocks that several files have parts of, and that are kept for the next of them. */
const KEPT_BLOCKS = 4;

/** What every batch of an extraction has in common. */
export interface BatchSetup {
  /** The directory that paths in batches are relative to. */
  readonly root: string;
  /** Where offsets of blocks count from. */
  readonly image: OpenFilePart;
  readonly umask: number;
}

/** An error of the operating system, as it travels between threads. */
export interface SystemFailure {
  readonly message: string;
  readonly code: string;
  readonly errno: number | undefined;
  readonly syscall: string | undefined;
}

/** Why a batch was not finished. */
export interface BatchFailure {
  /** Which of its files. */
  readonly index: number;
  /** What the system said when the file was written; undefined where its content could not be read. */
  readonly system: SystemFailure | undefined;
}

/** What became of a batch. */
export interface BatchResult {
  /** Bytes that were written, holes left out. */
  readonly written: number;
  readonly failure: BatchFailure | undefined;
}

/** The content of a block can not be what is expected. Who reads the file by the ordinary way learns more. */
class UnreadableBlock extends Error {}

/** Writes batches, synchronously: on a thread that does nothing else, or in turns with other work. */
export class BatchWriter {
  readonly #setup: BatchSetup;
  readonly #decompress: DecompressBlock;
  readonly #shared = new Map<number, Uint8Array>();
  #stored = new Uint8Array(0);

  constructor(setup: BatchSetup, decompress: DecompressBlock) {
    this.#setup = setup;
    this.#decompress = decompress;
  }

  /** Never throws because of an image or a disk: the result says what went wrong. */
  write(batch: Batch): BatchResult {
    let written = 0;
    for (const [index, file] of batch.entries()) {
      try {
        written += this.#writeFile(file);
      } catch (error) {
        return { written, failure: { index, system: systemFailure(error) } };
      }
    }
    return { written, failure: undefined };
  }

  #writeFile(file: BatchFile): number {
    if (file.descriptor !== undefined) return this.#writeBlocks(file.descriptor, file.blocks);
    const { root, umask } = this.#setup;
    return withFile(createFile(`${root}/${file.path}`, file.mode), (descriptor) => {
      const written = this.#writeBlocks(descriptor, file.blocks);
      finishFile(descriptor, { ...file, written }, umask);
      return written;
    });
  }

  #writeBlocks(descriptor: number, blocks: readonly StoredBlock[]): number {
    let written = 0;
    for (const block of blocks) {
      const content = this.#contentOf(block);
      const end = block.skip + block.length;
      const isWhole = block.length === block.maximumLength;
      if (isWhole ? content.length !== end : content.length < end) throw new UnreadableBlock();
      written += writePart(descriptor, content.subarray(block.skip, end), block.position);
    }
    return written;
  }

  #contentOf(block: StoredBlock): Uint8Array {
    if (block.length === block.maximumLength) return this.#read(block);
    const known = this.#shared.get(block.start);
    if (known !== undefined) return known;
    const content = this.#read(block);
    this.#shared.set(block.start, content);
    const [oldest] = this.#shared.keys();
    if (this.#shared.size > KEPT_BLOCKS) this.#shared.delete(oldest as number);
    return content;
  }

  #read({ start, storedLength, compressed, maximumLength }: StoredBlock): Uint8Array {
    if (storedLength > this.#stored.length) this.#stored = new Uint8Array(storedLength);
    const stored = this.#stored.subarray(0, storedLength);
    const { descriptor, offset } = this.#setup.image;
    try {
      for (let filled = 0; filled < storedLength; ) {
        const count = readSync(descriptor, stored, filled, storedLength - filled, offset + start + filled);
        if (count === 0) throw new UnreadableBlock();
        filled += count;
      }
      return compressed ? this.#decompress(stored, maximumLength) : stored.slice(); // the buffer is filled anew for the next block
    } catch (cause) {
      throw new UnreadableBlock(undefined, { cause });
    }
  }
}

function systemFailure(error: unknown): SystemFailure | undefined {
  if (error instanceof UnreadableBlock) return undefined;
  if (!(error instanceof Error && 'code' in error)) throw error;
  const { message, code = '', errno, syscall } = error as NodeJS.ErrnoException;
  return { message, code, errno, syscall };
}
