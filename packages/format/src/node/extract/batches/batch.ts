/*
 * Work that a thread can do by itself: files to be made of blocks of an image. It travels between threads as one text and one list
 * of numbers; objects would have to be taken apart and put together value by value.
 */
import type { StoredBlock } from '../../../filesystem/stored-contents.ts';

/** A file, or a part of one, that is to be written. */
export interface BatchFile {
  /** Path in the image. */
  readonly path: string;
  /** Of a file that is made already, and of which this is a part. */
  readonly descriptor: number | undefined;
  /** Permission bits. */
  readonly mode: number;
  readonly mtime: number;
  /** Bytes of the whole file; what no block has is a hole. */
  readonly size: number;
  readonly blocks: readonly StoredBlock[];
}

/** Files that one thread writes one after the other. */
export type Batch<File extends BatchFile = BatchFile> = readonly File[];

/** A batch on its way to another thread. */
export interface BatchMessage {
  /** The paths with a NUL behind each, which no path has. */
  readonly paths: string;
  readonly numbers: Float64Array<ArrayBuffer>;
}

const FILE_NUMBERS = 5;
const BLOCK_NUMBERS = 7;
const NO_DESCRIPTOR = -1;

export function packBatch(batch: Batch): BatchMessage {
  const blockCount = batch.reduce((sum, { blocks }) => sum + blocks.length, 0);
  const numbers = new Float64Array(batch.length * FILE_NUMBERS + blockCount * BLOCK_NUMBERS);
  let paths = '';
  let at = 0;
  for (const { path, descriptor, mode, mtime, size, blocks } of batch) {
    paths += `${path}\0`;
    numbers[at++] = descriptor ?? NO_DESCRIPTOR;
    numbers[at++] = mode;
    numbers[at++] = mtime;
    numbers[at++] = size;
    numbers[at++] = blocks.length;
    for (const block of blocks) {
      numbers[at++] = block.position;
      numbers[at++] = block.length;
      numbers[at++] = block.start;
      numbers[at++] = block.storedLength;
      numbers[at++] = block.compressed ? 1 : 0;
      numbers[at++] = block.maximumLength;
      numbers[at++] = block.skip;
    }
  }
  return { paths, numbers };
}

export function unpackBatch({ paths, numbers }: BatchMessage): Batch {
  let at = 0;
  const next = () => numbers[at++] as number;
  const unpackBlock = (): StoredBlock => ({
    position: next(),
    length: next(),
    start: next(),
    storedLength: next(),
    compressed: next() === 1,
    maximumLength: next(),
    skip: next(),
  });
  return paths
    .split('\0')
    .slice(0, -1)
    .map((path) => {
      const descriptor = next();
      return {
        path,
        descriptor: descriptor === NO_DESCRIPTOR ? undefined : descriptor,
        mode: next(),
        mtime: next(),
        size: next(),
        blocks: Array.from({ length: next() }, unpackBlock),
      };
    });
}
