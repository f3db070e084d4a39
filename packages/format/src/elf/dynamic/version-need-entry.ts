/*
 * Elf_Vernaux: one version that a file needs of a library.
 * Linux Standard Base Core, "Symbol Versioning", "Version Requirements".
 */
import { RecordReader } from '../../io/record-reader.ts';
import { RecordWriter } from '../../io/record-writer.ts';
import type { ElfRecordLayout } from '../record-layout.ts';

/** One version of the library that a {@link VersionNeedRecord} is about. */
export interface VersionNeedEntry {
  readonly hash: number;
  /** VER_FLG_WEAK 2: the program starts without it. */
  readonly flags: number;
  /** The number by which symbols refer to it. */
  readonly index: number;
  /** Its name, as an offset in the string table. */
  readonly nameOffset: number;
  /** Bytes from here to the next version; 0 in the last. */
  readonly nextOffset: number;
}

/** Bytes, in both classes. */
export const VERSION_NEED_ENTRY_SIZE = 16;
/** VER_FLG_WEAK: missing, the version is only warned of. */
export const VERSION_IS_WEAK = 2;

/**
 * Parses one version that is needed.
 *
 * @throws AppImageError `out-of-bounds` when the record is cut off
 */
export function parseVersionNeedEntry(bytes: Uint8Array, layout: ElfRecordLayout): VersionNeedEntry {
  const { byteOrder, offset: base = 0 } = layout;
  const record = new RecordReader(bytes, { what: 'ELF version that is needed', byteOrder, base });
  return {
    hash: record.uint32(), //        0  vna_hash
    flags: record.uint16(), //       4  vna_flags
    index: record.uint16(), //       6  vna_other
    nameOffset: record.uint32(), //  8  vna_name
    nextOffset: record.uint32(), // 12  vna_next
  };
}

/** The mirror of {@link parseVersionNeedEntry}. */
export function serializeVersionNeedEntry(entry: VersionNeedEntry, { byteOrder }: ElfRecordLayout): Uint8Array {
  const record = new RecordWriter(VERSION_NEED_ENTRY_SIZE, byteOrder);
  record.uint32(entry.hash); //        0  vna_hash
  record.uint16(entry.flags); //       4  vna_flags
  record.uint16(entry.index); //       6  vna_other
  record.uint32(entry.nameOffset); //  8  vna_name
  record.uint32(entry.nextOffset); // 12  vna_next
  return record.bytes;
}
