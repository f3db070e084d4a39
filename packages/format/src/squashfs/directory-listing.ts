/*
 * A directory's listing: runs of at most 256 entries, each run behind a header with what its entries share.
 * Source: struct squashfs_dir_header and squashfs_dir_entry, fs/squashfs/squashfs_fs.h in Linux.
 */
import { limitReached } from '../filesystem/path-errors.ts';
import type { FileType } from '../filesystem/readonly-file-system.ts';
import { FileNameTable } from '../io/file-name.ts';
import { RecordReader, type RecordReaderOptions } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';
import { inodeTypeByNumber, inodeTypeNumber } from './inode.ts';
import type { MetadataReference } from './metadata-block.ts';

const HEADER_SIZE = 12;
const ENTRY_SIZE = 8;
const MAXIMUM_RUN = 256;
const MAXIMUM_NAME_LENGTH = 256;

/** One name in a directory. */
export interface ListingEntry {
  readonly name: string;
  readonly type: FileType;
  readonly inode: MetadataReference;
}

/** Which listing is parsed, and how much of it. */
export interface ListingOptions extends RecordReaderOptions {
  /** How many entries it may have. Default: any number. */
  readonly maximumEntries?: number;
  /** The directory's, for errors. */
  readonly path?: string;
}

/**
 * Parses a whole listing.
 *
 * @throws AppImageError `malformed` for names that are empty, ".", ".." or contain "/" or NUL, for unknown types and bad counts;
 *   `limit` where there are more than `maximumEntries`
 */
export function parseListing(bytes: Uint8Array, options: ListingOptions): ListingEntry[] {
  const { maximumEntries = Number.POSITIVE_INFINITY, path = '' } = options;
  const record = new RecordReader(bytes, options);
  const names = new FileNameTable(bytes);
  const entries: ListingEntry[] = [];
  while (record.remaining > 0) {
    const count = record.uint32() + 1; //    0  count
    if (count > MAXIMUM_RUN) throw record.malformed(`run must have at most ${MAXIMUM_RUN} entries, found ${count}`);
    if (entries.length + count > maximumEntries) throw limitReached('entries of a directory', maximumEntries, path);
    const block = record.uint32(); //        4  start_block
    record.skip(4); //                       8  inode_number (known from the inodes themselves)
    for (let index = 0; index < count; index++) entries.push(parseEntry(record, names, block));
  }
  return entries;
}

/** An entry that is to be written. */
export interface ListingInput {
  readonly name: Uint8Array;
  readonly type: FileType;
  readonly inode: MetadataReference;
  readonly number: number;
}

/** A serialized listing, and where in it a reader may begin. */
export interface SerializedListing {
  readonly bytes: Uint8Array;
  /** Offsets of headers with the first name after them, at most one in each stretch of `indexInterval` bytes. */
  readonly indexPoints: readonly { readonly position: number; readonly name: Uint8Array }[];
}

/** Serializes the entries, which must be sorted by the bytes of their names. */
export function serializeListing(entries: readonly ListingInput[], indexInterval: number): SerializedListing {
  const runs = splitIntoRuns(entries, indexInterval);
  const last = runs.at(-1);
  const writer = new RecordWriter(last === undefined ? 0 : last.position + last.length);
  for (const { entries: run } of runs) {
    const first = run[0] as ListingInput;
    writer
      .uint32(run.length - 1) //                      0  count
      .uint32(first.inode.block) //                   4  start_block
      .uint32(first.number); //                       8  inode_number
    for (const { name, type, inode, number } of run) {
      writer
        .uint16(inode.offset) //                      0  offset
        .int16(number - first.number) //              2  inode_number
        .uint16(inodeTypeNumber(type)) //             4  type
        .uint16(name.length - 1) //                   6  size
        .set(name); //                                8  name
    }
  }
  const indexPoints = runs
    .filter((run) => run.startsInterval)
    .map(({ position, entries: run }) => ({ position, name: (run[0] as ListingInput).name }));
  return { bytes: writer.bytes, indexPoints };
}

interface Run {
  readonly entries: ListingInput[];
  readonly position: number;
  readonly startsInterval: boolean;
  length: number;
}

/** A new run begins where the shared fields no longer fit, and where an index may want to point. */
function splitIntoRuns(entries: readonly ListingInput[], indexInterval: number): Run[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  let intervalStart = 0;
  for (const entry of entries) {
    const size = ENTRY_SIZE + entry.name.length;
    const fullInterval = run !== undefined && run.position + run.length + size - intervalStart > indexInterval;
    if (run === undefined || fullInterval || !belongsToRun(run, entry)) {
      const position: number = run === undefined ? 0 : run.position + run.length;
      if (fullInterval) intervalStart = position;
      run = { entries: [], position, startsInterval: fullInterval, length: HEADER_SIZE };
      runs.push(run);
    }
    run.entries.push(entry);
    run.length += size;
  }
  return runs;
}

function belongsToRun({ entries }: Run, entry: ListingInput): boolean {
  const first = entries[0] as ListingInput;
  const delta = entry.number - first.number;
  return entries.length < MAXIMUM_RUN && entry.inode.block === first.inode.block && delta >= -32_768 && delta <= 32_767;
}

function parseEntry(record: RecordReader, names: FileNameTable, block: number): ListingEntry {
  const start = record.position;
  const offset = record.uint16(); //          0  offset
  record.skip(2); //                          2  inode_number (known from the inode itself)
  const typeNumber = record.uint16(); //      4  type
  const nameLength = record.uint16() + 1; //  6  size
  if (nameLength > MAXIMUM_NAME_LENGTH) {
    throw record.malformed(`name must be at most ${MAXIMUM_NAME_LENGTH} bytes, found ${nameLength}`, start + 6);
  }
  record.skip(nameLength); //                 8  name
  const name = names.decode(record.position - nameLength, record.position);
  const type = inodeTypeByNumber(typeNumber);
  if (type === undefined) throw record.malformed(`entry type must be 1 to 7, found ${typeNumber}`, start + 4);
  if (name === '.' || name === '..' || name.includes('/') || name.includes('\0')) {
    throw record.malformed(
      `name must not be ".", ".." or contain "/" or NUL, found ${JSON.stringify(name)}`,
      start + 8,
    );
  }
  return { name, type, inode: { block, offset } };
}
