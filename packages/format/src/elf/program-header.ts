/*
 * Elf32_Phdr and Elf64_Phdr: what the kernel maps. System V gABI, chapter 5, "Program Header":
 * https://gabi.xinuos.com/elf/07-pheader.html
 */
import { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';
import type { ElfClass } from './elf-ident.ts';
import { type ElfRecordLayout, readAddress, readOffset, writeClassSized } from './record-layout.ts';

/** A segment: a part of the file that is mapped into memory, or that tells the kernel something. */
export interface ProgramHeader {
  /** PT_LOAD 1, PT_DYNAMIC 2, PT_INTERP 3, PT_NOTE 4 … */
  readonly type: number;
  /** PF_X 1, PF_W 2, PF_R 4. */
  readonly flags: number;
  readonly offset: number;
  readonly virtualAddress: bigint;
  readonly physicalAddress: bigint;
  readonly fileSize: number;
  readonly memorySize: bigint;
  readonly alignment: bigint;
}

/** Bytes by class. */
export const PROGRAM_HEADER_SIZE: Readonly<Record<ElfClass, number>> = { 32: 32, 64: 56 };

/** PT_LOAD: bytes of the file that are mapped into memory. */
export const PT_LOAD = 1;
/** PT_DYNAMIC: what the dynamic loader reads. */
export const PT_DYNAMIC = 2;
/** PT_INTERP: the path of the dynamic loader. */
export const PT_INTERP = 3;

/**
 * Parses one entry of the program header table.
 *
 * @throws AppImageError `out-of-bounds` when the record is cut off, `malformed` when an offset is beyond 2^53
 */
export function parseProgramHeader(bytes: Uint8Array, layout: ElfRecordLayout): ProgramHeader {
  const { class: elfClass, byteOrder, offset: base = 0 } = layout;
  const record = new RecordReader(bytes, { what: 'program header', byteOrder, base });
  if (elfClass === 32) {
    const type = record.uint32(); //                            0  p_type
    const offset = readOffset(record, elfClass); //             4  p_offset
    const virtualAddress = readAddress(record, elfClass); //    8  p_vaddr
    const physicalAddress = readAddress(record, elfClass); //  12  p_paddr
    const fileSize = readOffset(record, elfClass); //          16  p_filesz
    const memorySize = readAddress(record, elfClass); //       20  p_memsz
    const flags = record.uint32(); //                          24  p_flags
    const alignment = readAddress(record, elfClass); //        28  p_align
    return { type, flags, offset, virtualAddress, physicalAddress, fileSize, memorySize, alignment };
  }
  return {
    type: record.uint32(), //                                   0  p_type
    flags: record.uint32(), //                                  4  p_flags
    offset: readOffset(record, elfClass), //                    8  p_offset
    virtualAddress: readAddress(record, elfClass), //          16  p_vaddr
    physicalAddress: readAddress(record, elfClass), //         24  p_paddr
    fileSize: readOffset(record, elfClass), //                 32  p_filesz
    memorySize: readAddress(record, elfClass), //              40  p_memsz
    alignment: readAddress(record, elfClass), //               48  p_align
  };
}

/** The mirror of {@link parseProgramHeader}. */
export function serializeProgramHeader(header: ProgramHeader, layout: ElfRecordLayout): Uint8Array {
  const { class: elfClass, byteOrder } = layout;
  const record = new RecordWriter(PROGRAM_HEADER_SIZE[elfClass], byteOrder); // 32-bit  64-bit
  record.uint32(header.type); //                                                  0       0  p_type
  if (elfClass === 64) record.uint32(header.flags); //                                    4  p_flags
  writeClassSized(record, elfClass, header.offset); //                            4       8  p_offset
  writeClassSized(record, elfClass, header.virtualAddress); //                    8      16  p_vaddr
  writeClassSized(record, elfClass, header.physicalAddress); //                  12      24  p_paddr
  writeClassSized(record, elfClass, header.fileSize); //                         16      32  p_filesz
  writeClassSized(record, elfClass, header.memorySize); //                       20      40  p_memsz
  if (elfClass === 32) record.uint32(header.flags); //                           24          p_flags
  writeClassSized(record, elfClass, header.alignment); //                        28      48  p_align
  return record.bytes;
}
