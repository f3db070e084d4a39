/*
 * Elf_Verneed: the versions that a file needs of one library; the versions themselves follow, see version-need-entry.ts.
 * Linux Standard Base Core, "Symbol Versioning", "Version Requirements".
 */
import { RecordReader } from '../../io/record-reader.ts';
import { RecordWriter } from '../../io/record-writer.ts';
import type { ElfRecordLayout } from '../record-layout.ts';

/** One library of which versions are needed. */
export interface VersionNeedRecord {
  /** 1, the only one that there is. */
  readonly version: number;
  /** How many versions of it. */
  readonly count: number;
  /** The library's name, as an offset in the string table. */
  readonly fileOffset: number;
  /** Bytes from here to the first version. */
  readonly entriesOffset: number;
  /** Bytes from here to the next library; 0 in the last. */
  readonly nextOffset: number;
}

/** Bytes, in both classes. */
export const VERSION_NEED_SIZE = 16;

/**
 * Parses the requirements of one library.
 *
 * @throws AppImageError `out-of-bounds` when the record is cut off
 */
export function parseVersionNeed(bytes: Uint8Array, layout: ElfRecordLayout): VersionNeedRecord {
  const { byteOrder, offset: base = 0 } = layout;
  const record = new RecordReader(bytes, { what: 'ELF version requirement', byteOrder, base });
  return {
    version: record.uint16(), //        0  vn_version
    count: record.uint16(), //          2  vn_cnt
    fileOffset: record.uint32(), //     4  vn_file
    entriesOffset: record.uint32(), //  8  vn_aux
    nextOffset: record.uint32(), //    12  vn_next
  };
}

/** The mirror of {@link parseVersionNeed}. */
export function serializeVersionNeed(need: VersionNeedRecord, { byteOrder }: ElfRecordLayout): Uint8Array {
  const record = new RecordWriter(VERSION_NEED_SIZE, byteOrder);
  record.uint16(need.version); //        0  vn_version
  record.uint16(need.count); //          2  vn_cnt
  record.uint32(need.fileOffset); //     4  vn_file
  record.uint32(need.entriesOffset); //  8  vn_aux
  record.uint32(need.nextOffset); //    12  vn_next
  return record.bytes;
}
