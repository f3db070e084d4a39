/*
 * Elf32_Shdr and Elf64_Shdr: what linkers and tools see. System V gABI, chapter 4, "Section Header":
 * https://gabi.xinuos.com/elf/03-sheader.html
 */
import { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';
import type { ElfClass } from './elf-ident.ts';
import { type ElfRecordLayout, readAddress, readOffset, writeClassSized } from './record-layout.ts';

/** A section: a named part of the file, such as the code or the room for update information. */
export interface SectionHeader {
  /** Offset of the section's name in the table of section names. */
  readonly nameOffset: number;
  /** SHT_NULL 0, SHT_PROGBITS 1, SHT_STRTAB 3, SHT_NOBITS 8 … */
  readonly type: number;
  readonly flags: bigint;
  readonly address: bigint;
  readonly offset: number;
  /** In bytes; a SHT_NOBITS section has a size but takes no space in the file. */
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly alignment: bigint;
  readonly entrySize: bigint;
}

/** Bytes by class. */
export const SECTION_HEADER_SIZE: Readonly<Record<ElfClass, number>> = { 32: 40, 64: 64 };

/** SHT_NULL: an entry that stands for no section. */
export const SHT_NULL = 0;
/** SHT_STRTAB: a string table. */
export const SHT_STRTAB = 3;
/** SHT_NOBITS: memory that starts as zeros and is not in the file. */
export const SHT_NOBITS = 8;

/**
 * Parses one entry of the section header table.
 *
 * @throws AppImageError `out-of-bounds` when the record is cut off, `malformed` when an offset is beyond 2^53
 */
export function parseSectionHeader(bytes: Uint8Array, layout: ElfRecordLayout): SectionHeader {
  const { class: elfClass, byteOrder, offset: base = 0 } = layout;
  const record = new RecordReader(bytes, { what: 'section header', byteOrder, base });
  return {
    //                                              32-bit  64-bit
    nameOffset: record.uint32(), //                      0       0  sh_name
    type: record.uint32(), //                            4       4  sh_type
    flags: readAddress(record, elfClass), //             8       8  sh_flags
    address: readAddress(record, elfClass), //          12      16  sh_addr
    offset: readOffset(record, elfClass), //            16      24  sh_offset
    size: readOffset(record, elfClass), //              20      32  sh_size
    link: record.uint32(), //                           24      40  sh_link
    info: record.uint32(), //                           28      44  sh_info
    alignment: readAddress(record, elfClass), //        32      48  sh_addralign
    entrySize: readAddress(record, elfClass), //        36      56  sh_entsize
  };
}

/** The mirror of {@link parseSectionHeader}. */
export function serializeSectionHeader(header: SectionHeader, layout: ElfRecordLayout): Uint8Array {
  const { class: elfClass, byteOrder } = layout;
  const record = new RecordWriter(SECTION_HEADER_SIZE[elfClass], byteOrder); // 32-bit  64-bit
  record.uint32(header.nameOffset); //                                            0       0  sh_name
  record.uint32(header.type); //                                                  4       4  sh_type
  writeClassSized(record, elfClass, header.flags); //                             8       8  sh_flags
  writeClassSized(record, elfClass, header.address); //                          12      16  sh_addr
  writeClassSized(record, elfClass, header.offset); //                           16      24  sh_offset
  writeClassSized(record, elfClass, header.size); //                             20      32  sh_size
  record.uint32(header.link); //                                                 24      40  sh_link
  record.uint32(header.info); //                                                 28      44  sh_info
  writeClassSized(record, elfClass, header.alignment); //                        32      48  sh_addralign
  writeClassSized(record, elfClass, header.entrySize); //                        36      56  sh_entsize
  return record.bytes;
}
