/*
 * Elf_Verdaux: the name of a version that a library offers.
 * Linux Standard Base Core, "Symbol Versioning", "Version Definition Auxiliary Entries".
 */
import { RecordReader } from '../../io/record-reader.ts';
import { RecordWriter } from '../../io/record-writer.ts';
import type { ElfRecordLayout } from '../record-layout.ts';

/** The first belongs to the version, those that follow to the versions before it. */
export interface VersionDefinitionName {
  /** As an offset in the string table. */
  readonly nameOffset: number;
  /** Bytes from here to the next name; 0 in the last. */
  readonly nextOffset: number;
}

/** Bytes, in both classes. */
export const VERSION_DEFINITION_NAME_SIZE = 8;

/**
 * Parses one name.
 *
 * @throws AppImageError `out-of-bounds` when the record is cut off
 */
export function parseVersionDefinitionName(bytes: Uint8Array, layout: ElfRecordLayout): VersionDefinitionName {
  const { byteOrder, offset: base = 0 } = layout;
  const record = new RecordReader(bytes, { what: 'name of an ELF version', byteOrder, base });
  return {
    nameOffset: record.uint32(), // 0  vda_name
    nextOffset: record.uint32(), // 4  vda_next
  };
}

/** The mirror of {@link parseVersionDefinitionName}. */
export function serializeVersionDefinitionName(
  name: VersionDefinitionName,
  { byteOrder }: ElfRecordLayout,
): Uint8Array {
  const record = new RecordWriter(VERSION_DEFINITION_NAME_SIZE, byteOrder);
  record.uint32(name.nameOffset); // 0  vda_name
  record.uint32(name.nextOffset); // 4  vda_next
  return record.bytes;
}
