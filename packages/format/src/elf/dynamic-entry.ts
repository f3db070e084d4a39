/*
 * Elf32_Dyn and Elf64_Dyn: what the dynamic loader reads. System V gABI, chapter 5, "Dynamic Section":
 * https://gabi.xinuos.com/elf/08-dynamic.html
 */
import { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';
import type { ElfClass } from './elf-ident.ts';
import { type ElfRecordLayout, readAddress, writeClassSized } from './record-layout.ts';

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
