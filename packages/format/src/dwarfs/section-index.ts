/*
 * The section index: where every section is, itself included. It is the last section and never compressed, so that the last
 * eight bytes of an image tell where it begins.
 * Source: dwarfs-format(5), "Section Types", SECTION_INDEX, for version 2.5.
 */
import { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';
import { type DwarfsSectionType, sectionType, sectionTypeNumber } from './section-header.ts';

export const INDEX_ENTRY_SIZE = 8;

/** Bits of an entry that are the offset; above them is the type. */
const OFFSET_BITS = 48n;

/** An entry of the index. */
export interface IndexEntry {
  readonly type: DwarfsSectionType;
  /** Of the section's header, from the start of the first section. */
  readonly offset: number;
}

/** Parses the data of the index, of which bytes at the end that are no whole entry are left out. */
export function parseSectionIndex(bytes: Uint8Array): IndexEntry[] {
  const record = new RecordReader(bytes, { what: 'DwarFS section index' });
  const entries: IndexEntry[] = [];
  while (record.remaining >= INDEX_ENTRY_SIZE) {
    const entry = record.bigUint64(); //                0  upper 16 bits: section type, lower 48 bits: offset
    const type = sectionType(Number(entry >> OFFSET_BITS));
    entries.push({ type, offset: Number(BigInt.asUintN(Number(OFFSET_BITS), entry)) });
  }
  return entries;
}

/** Serializes the data of an index. */
export function serializeSectionIndex(entries: readonly IndexEntry[]): Uint8Array {
  const record = new RecordWriter(entries.length * INDEX_ENTRY_SIZE);
  for (const { type, offset } of entries) {
    record.uint64((BigInt(sectionTypeNumber(type)) << OFFSET_BITS) | BigInt(offset));
  }
  return record.bytes;
}
