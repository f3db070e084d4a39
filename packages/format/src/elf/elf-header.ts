/*
 * Elf32_Ehdr and Elf64_Ehdr. System V gABI, chapter 4, "ELF Header": https://gabi.xinuos.com/elf/02-eheader.html
 */
import { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';
import { ELF_IDENT_SIZE, type ElfClass, type ElfIdent, parseElfIdent, serializeElfIdent } from './elf-ident.ts';
import { readAddress, readOffset, writeClassSized } from './record-layout.ts';

/** The header as it is stored; counts may be the escape values of extended numbering, which `readElf` resolves. */
export interface ElfHeader {
  readonly ident: ElfIdent;
  /** ET_REL 1, ET_EXEC 2, ET_DYN 3 (shared objects and position-independent programs), ET_CORE 4. */
  readonly type: number;
  /** EM_ number of the processor. */
  readonly machine: number;
  readonly version: number;
  readonly entry: bigint;
  readonly programHeaderOffset: number;
  readonly sectionHeaderOffset: number;
  readonly flags: number;
  readonly headerSize: number;
  readonly programHeaderSize: number;
  /** PN_XNUM (0xffff) when the number is in section header 0. */
  readonly programHeaderCount: number;
  readonly sectionHeaderSize: number;
  /** Zero, with a section header table present, when the number is in section header 0. */
  readonly sectionHeaderCount: number;
  /** SHN_XINDEX (0xffff) when the index is in section header 0. */
  readonly sectionNameTableIndex: number;
}

/** Bytes by class. */
export const ELF_HEADER_SIZE: Readonly<Record<ElfClass, number>> = { 32: 52, 64: 64 };

/** The first bytes of a file that always suffice for {@link parseElfHeader}. */
export const ELF_HEADER_MAXIMUM_SIZE = ELF_HEADER_SIZE[64];

/**
 * Parses the header from the first bytes of a file; bytes after it are ignored. It alone tells class, byte order and
 * processor.
 *
 * @throws AppImageError `malformed` when it is no ELF header, `out-of-bounds` when it is cut off
 */
export function parseElfHeader(bytes: Uint8Array): ElfHeader {
  const ident = parseElfIdent(bytes);
  const record = new RecordReader(bytes, { what: 'ELF header', byteOrder: ident.byteOrder });
  record.skip(ELF_IDENT_SIZE); //                                 32-bit  64-bit
  return {
    ident, //                                                          0       0  e_ident
    type: record.uint16(), //                                         16      16  e_type
    machine: record.uint16(), //                                      18      18  e_machine
    version: record.uint32(), //                                      20      20  e_version
    entry: readAddress(record, ident.class), //                       24      24  e_entry
    programHeaderOffset: readOffset(record, ident.class), //          28      32  e_phoff
    sectionHeaderOffset: readOffset(record, ident.class), //          32      40  e_shoff
    flags: record.uint32(), //                                        36      48  e_flags
    headerSize: record.uint16(), //                                   40      52  e_ehsize
    programHeaderSize: record.uint16(), //                            42      54  e_phentsize
    programHeaderCount: record.uint16(), //                           44      56  e_phnum
    sectionHeaderSize: record.uint16(), //                            46      58  e_shentsize
    sectionHeaderCount: record.uint16(), //                           48      60  e_shnum
    sectionNameTableIndex: record.uint16(), //                        50      62  e_shstrndx
  };
}

/** The mirror of {@link parseElfHeader}. */
export function serializeElfHeader(header: ElfHeader): Uint8Array {
  const { class: elfClass, byteOrder } = header.ident;
  const record = new RecordWriter(ELF_HEADER_SIZE[elfClass], byteOrder); // 32-bit  64-bit
  record.set(serializeElfIdent(header.ident)); //                            0       0  e_ident
  record.uint16(header.type); //                                            16      16  e_type
  record.uint16(header.machine); //                                         18      18  e_machine
  record.uint32(header.version); //                                         20      20  e_version
  writeClassSized(record, elfClass, header.entry); //                       24      24  e_entry
  writeClassSized(record, elfClass, header.programHeaderOffset); //         28      32  e_phoff
  writeClassSized(record, elfClass, header.sectionHeaderOffset); //         32      40  e_shoff
  record.uint32(header.flags); //                                           36      48  e_flags
  record.uint16(header.headerSize); //                                      40      52  e_ehsize
  record.uint16(header.programHeaderSize); //                               42      54  e_phentsize
  record.uint16(header.programHeaderCount); //                              44      56  e_phnum
  record.uint16(header.sectionHeaderSize); //                               46      58  e_shentsize
  record.uint16(header.sectionHeaderCount); //                              48      60  e_shnum
  record.uint16(header.sectionNameTableIndex); //                           50      62  e_shstrndx
  return record.bytes;
}
