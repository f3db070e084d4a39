/*
 * An entry of the fragment table: where a block shared by the ends of files is.
 * Source: struct squashfs_fragment_entry, fs/squashfs/squashfs_fs.h in Linux.
 */
import type { RecordReader } from '../io/record-reader.ts';
import type { RecordWriter } from '../io/record-writer.ts';

export const FRAGMENT_SIZE = 16;

export interface Fragment {
  /** Offset from the image's start. */
  readonly start: number;
  /** Size word as `parseBlockSize` reads it. */
  readonly blockWord: number;
}

/** Parses the entry at the reader's position. */
export function parseFragment(record: RecordReader): Fragment {
  const start = record.uint64(); //      0  start_block
  const blockWord = record.uint32(); //  8  size
  record.skip(4); //                    12  unused
  return { start, blockWord };
}

/** Appends the entry to the writer. */
export function serializeFragment(writer: RecordWriter, { start, blockWord }: Fragment): void {
  writer
    .uint64(start) //      0  start_block
    .uint32(blockWord) //  8  size
    .uint32(0); //        12  unused
}
