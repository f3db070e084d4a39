/*
 * Elf_Verdef: one version that a library offers; its name is behind it, see version-definition-name.ts.
 * Linux Standard Base Core, "Symbol Versioning", "Version Definitions".
 */
import { RecordReader } from '../../io/record-reader.ts';
import { RecordWriter } from '../../io/record-writer.ts';
import type { ElfRecordLayout } from '../record-layout.ts';

/** One version that is offered. */
export interface VersionDefinition {
  /** 1, the only one that there is. */
  readonly version: number;
  /** VER_FLG_BASE 1: the file itself, named as its soname. */
  readonly flags: number;
  /** The number by which symbols refer to it. */
  readonly index: number;
  /** How many names: its own and those of the versions that it builds on. */
  readonly count: number;
  readonly hash: number;
  /** Bytes from here to its own name. */
  readonly namesOffset: number;
  /** Bytes from here to the next version; 0 in the last. */
  readonly nextOffset: number;
}

/** Bytes, in both classes. */
export const VERSION_DEFINITION_SIZE = 20;
/** VER_FLG_BASE: no version but the library's own name. */
export const VERSION_IS_BASE = 1;

/**
 * Parses one version that is offered.
 *
 * @throws AppImageError `out-of-bounds` when the record is cut off
 */
export function parseVersionDefinition(bytes: Uint8Array, layout: ElfRecordLayout): VersionDefinition {
  const { byteOrder, offset: base = 0 } = layout;
  const record = new RecordReader(bytes, { what: 'ELF version definition', byteOrder, base });
  return {
    version: record.uint16(), //      0  vd_version
    flags: record.uint16(), //        2  vd_flags
    index: record.uint16(), //        4  vd_ndx
    count: record.uint16(), //        6  vd_cnt
    hash: record.uint32(), //         8  vd_hash
    namesOffset: record.uint32(), // 12  vd_aux
    nextOffset: record.uint32(), //  16  vd_next
  };
}

/** The mirror of {@link parseVersionDefinition}. */
export function serializeVersionDefinition(definition: VersionDefinition, { byteOrder }: ElfRecordLayout): Uint8Array {
  const record = new RecordWriter(VERSION_DEFINITION_SIZE, byteOrder);
  record.uint16(definition.version); //      0  vd_version
  record.uint16(definition.flags); //        2  vd_flags
  record.uint16(definition.index); //        4  vd_ndx
  record.uint16(definition.count); //        6  vd_cnt
  record.uint32(definition.hash); //         8  vd_hash
  record.uint32(definition.namesOffset); // 12  vd_aux
  record.uint32(definition.nextOffset); //  16  vd_next
  return record.bytes;
}
