/*
 * Elf32_Dyn and Elf64_Dyn: what the dynamic loader reads. System V gABI, chapter 5, "Dynamic Section":
 * https://gabi.xinuos.com/elf/08-dynamic.html
 */
import { RecordReader } from '../../io/record-reader.ts';
import { RecordWriter } from '../../io/record-writer.ts';
import type { ElfClass } from '../elf-ident.ts';
import { type ElfRecordLayout, readAddress, writeClassSized } from '../record-layout.ts';

/** One entry of the dynamic section. */
export interface DynamicEntry {
  /** DT_NULL 0, DT_NEEDED 1, DT_STRTAB 5, DT_STRSZ 10 … */
  readonly tag: bigint;
  /** A number or an address, by tag. */
  readonly value: bigint;
}

/** Bytes by class. */
export const DYNAMIC_ENTRY_SIZE: Readonly<Record<ElfClass, number>> = { 32: 8, 64: 16 };

/** The end of the section. */
export const DT_NULL = 0n;
/** The offset of a needed library's name in the string table. */
export const DT_NEEDED = 1n;
/** The address of the string table. */
export const DT_STRTAB = 5n;
/** The bytes of the string table. */
export const DT_STRSZ = 10n;
/** The offset of the library's own name in the string table. */
export const DT_SONAME = 14n;
/** The offset of the folders that come before `LD_LIBRARY_PATH`; without force where DT_RUNPATH is there. */
export const DT_RPATH = 15n;
/** Present where read-only segments must be written to before the start. */
export const DT_TEXTREL = 22n;
/** The offset of the folders that come after `LD_LIBRARY_PATH`. */
export const DT_RUNPATH = 29n;
/** A set of DF_ bits. */
export const DT_FLAGS = 30n;
/** A set of DF_1_ bits. */
export const DT_FLAGS_1 = 0x6fff_fffbn;
/** The address of the versions that the file offers. Linux Standard Base, "Symbol Versioning". */
export const DT_VERDEF = 0x6fff_fffcn;
/** How many versions the file offers. */
export const DT_VERDEFNUM = 0x6fff_fffdn;
/** The address of the versions that the file needs. */
export const DT_VERNEED = 0x6fff_fffen;
/** From how many libraries the file needs versions. */
export const DT_VERNEEDNUM = 0x6fff_ffffn;

/**
 * Parses one entry of the dynamic section.
 *
 * @throws AppImageError `out-of-bounds` when the record is cut off
 */
export function parseDynamicEntry(bytes: Uint8Array, layout: ElfRecordLayout): DynamicEntry {
  const { class: elfClass, byteOrder, offset: base = 0 } = layout;
  const record = new RecordReader(bytes, { what: 'ELF dynamic entry', byteOrder, base });
  return {
    tag: readAddress(record, elfClass), //   0  d_tag
    value: readAddress(record, elfClass), // 4 or 8  d_val, d_ptr
  };
}

/** The mirror of {@link parseDynamicEntry}. */
export function serializeDynamicEntry({ tag, value }: DynamicEntry, layout: ElfRecordLayout): Uint8Array {
  const { class: elfClass, byteOrder } = layout;
  const record = new RecordWriter(DYNAMIC_ENTRY_SIZE[elfClass], byteOrder);
  writeClassSized(record, elfClass, tag); //   0       d_tag
  writeClassSized(record, elfClass, value); // 4 or 8  d_val, d_ptr
  return record.bytes;
}
