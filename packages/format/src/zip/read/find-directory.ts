import { AppImageError } from '../../errors.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import { CENTRAL_HEADER_SIZE } from '../central-header.ts';
import {
  END_RECORD_SIGNATURE,
  END_RECORD_SIZE,
  type EndRecord,
  IN_ZIP64_16,
  IN_ZIP64_32,
  parseEndRecord,
} from '../end-record.ts';
import { parseZip64EndLocator, ZIP64_END_LOCATOR_SIZE } from '../zip64-end-locator.ts';
import {
  parseZip64EndRecord,
  ZIP64_END_RECORD_SIGNATURE,
  ZIP64_END_RECORD_SIZE,
  type Zip64EndRecord,
} from '../zip64-end-record.ts';
import type { Tail } from './tail.ts';

/** Where an archive's central directory is. Offsets are from the start of the source. */
export interface DirectoryPlace {
  readonly start: number;
  readonly length: number;
  /** How many entries it has; of more than 65,535 without Zip64 only the lower 16 bits. */
  readonly entryCount: number;
  readonly countIsWhole: boolean;
  /** What is to be added to the archive's own offsets, because something was put in front of it later. */
  readonly shift: number;
  /** Byte after the archive's comment. */
  readonly end: number;
  readonly comment: Uint8Array;
}

/** An end record, and where it was found in the source. */
interface FoundEnd {
  readonly record: EndRecord;
  readonly offset: number;
}

/**
 * Finds an archive's central directory by the end record in the tail of a source. Bytes may follow the archive as long as
 * that record is in the tail; undefined where none is.
 *
 * @throws AppImageError `malformed` when the archive lies about where its parts are, `unsupported` when it has several disks
 */
export async function findDirectory(tail: Tail, options?: ReadOptions): Promise<DirectoryPlace | undefined> {
  const end = findEnd(tail);
  if (end === undefined) return undefined;
  const zip64 = await findZip64End(tail, end, options);
  const { record } = end;
  checkDisks(zip64?.record ?? record, end);
  const directory = zip64 === undefined ? record : mergeZip64(end, zip64.record);
  const commentStart = end.offset + END_RECORD_SIZE;
  const comment = commentStart - tail.offset;
  return {
    ...place(directory, zip64?.offset ?? end.offset),
    countIsWhole: zip64 !== undefined,
    end: commentStart + record.commentLength,
    comment: tail.bytes.slice(comment, comment + record.commentLength),
  };
}

/** The last end record whose comment reaches just to the end of the source, else the last that can be one at all. */
function findEnd({ offset, bytes, source: { size } }: Tail): FoundEnd | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let last: FoundEnd | undefined;
  for (let at = bytes.length - END_RECORD_SIZE; at >= 0; at--) {
    if (view.getUint32(at, true) !== END_RECORD_SIGNATURE) continue;
    const found = { record: parseEndRecord(bytes.subarray(at), offset + at), offset: offset + at };
    const end = found.offset + END_RECORD_SIZE + found.record.commentLength;
    if (end > size || !isPlausible(found)) continue;
    if (end === size) return found;
    last ??= found;
  }
  return last;
}

/** Whether the directory that the record tells of has room in front of it, and its entries in the directory. */
function isPlausible({ record, offset }: FoundEnd): boolean {
  const { directorySize, entryCount } = record;
  if (directorySize === IN_ZIP64_32 || entryCount === IN_ZIP64_16) return true;
  return directorySize <= offset && entryCount * CENTRAL_HEADER_SIZE <= directorySize;
}

/** The Zip64 record, where there is a locator for it; it stands before the locator or, with extensible data, where that says. */
async function findZip64End(
  { offset: tailOffset, bytes: tailBytes, source }: Tail,
  end: FoundEnd,
  options?: ReadOptions,
): Promise<{ readonly record: Zip64EndRecord; readonly offset: number } | undefined> {
  const locatorOffset = end.offset - ZIP64_END_LOCATOR_SIZE;
  const at = locatorOffset - tailOffset;
  const locator = at < 0 ? undefined : parseZip64EndLocator(tailBytes.subarray(at), locatorOffset);
  if (locator === undefined) return undefined;
  for (const offset of [locatorOffset - ZIP64_END_RECORD_SIZE, locator.recordOffset]) {
    if (offset < 0 || offset > locatorOffset - ZIP64_END_RECORD_SIZE) continue;
    const bytes = await source.read(offset, ZIP64_END_RECORD_SIZE, options);
    if (new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) !== ZIP64_END_RECORD_SIGNATURE) continue;
    const record = parseZip64EndRecord(bytes, offset);
    if (offset + record.size === locatorOffset) return { record, offset };
  }
  throw new AppImageError(
    'malformed',
    `Cannot open ZIP archive: a Zip64 end record must end at ${locatorOffset}, found none`,
    { offset: locatorOffset },
  );
}

/** The Zip64 record holds, and must not contradict what the end record says for itself. */
function mergeZip64({ record, offset }: FoundEnd, zip64: Zip64EndRecord): Zip64EndRecord {
  const agree =
    (record.entryCount === IN_ZIP64_16 || record.entryCount === zip64.entryCount) &&
    (record.directorySize === IN_ZIP64_32 || record.directorySize === zip64.directorySize) &&
    (record.directoryOffset === IN_ZIP64_32 || record.directoryOffset === zip64.directoryOffset);
  if (agree) return zip64;
  throw new AppImageError('malformed', 'Cannot open ZIP archive: its end record and the Zip64 one must agree', {
    offset,
  });
}

function checkDisks(record: EndRecord | Zip64EndRecord, { offset }: FoundEnd): void {
  if (record.disk === 0 && record.directoryDisk === 0 && record.entriesOnDisk === record.entryCount) return;
  throw new AppImageError('unsupported', 'Cannot open ZIP archive: it must be in one piece, found a part of several', {
    offset,
  });
}

/** The directory ends where the records behind it begin; where it thinks that it is may be wrong by what was put in front. */
function place(directory: EndRecord | Zip64EndRecord, end: number) {
  const { directorySize: length, directoryOffset, entryCount } = directory;
  const start = end - length;
  const shift = start - directoryOffset;
  if (start >= 0 && shift >= 0) return { start, length, shift, entryCount };
  throw new AppImageError(
    'malformed',
    `Cannot open ZIP archive: central directory must end at ${end}, found ${length} bytes at offset ${directoryOffset}`,
    { offset: end },
  );
}
