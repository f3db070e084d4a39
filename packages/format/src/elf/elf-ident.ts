/*
 * e_ident: the 16 bytes that every ELF file begins with; they say how to read the rest.
 * System V gABI, chapter 4, "ELF Identification": https://gabi.xinuos.com/elf/02-eheader.html
 */
import { type ByteOrder, RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';

/** Width in bits of addresses and offsets. */
export type ElfClass = 32 | 64;

/** What the first 16 bytes tell: how to read the rest. */
export interface ElfIdent {
  readonly class: ElfClass;
  readonly byteOrder: ByteOrder;
  /** EV_CURRENT (1) in every file that is known. */
  readonly version: number;
  /** Zero (ELFOSABI_NONE, "System V") or three (ELFOSABI_GNU) in Linux programs. */
  readonly osAbi: number;
  readonly abiVersion: number;
  /** Seven bytes. Images keep two of the three bytes of the AppImage magic here; the first is in `abiVersion`. */
  readonly padding: Uint8Array;
}

export const ELF_IDENT_SIZE = 16;

/** 0x7f "ELF". */
const MAGIC = 0x7f454c46;

/**
 * Parses e_ident from the first bytes of a file.
 *
 * @throws AppImageError `malformed` when they are not an ELF file's, `out-of-bounds` when there are fewer than 16
 */
export function parseElfIdent(bytes: Uint8Array): ElfIdent {
  const record = new RecordReader(bytes, { what: 'ELF identification', byteOrder: 'big-endian' });
  const magic = record.uint32(); //           0  EI_MAG0..EI_MAG3
  if (magic !== MAGIC) {
    throw record.malformed(`magic must be 0x7f454c46, found 0x${magic.toString(16).padStart(8, '0')}`, 0);
  }
  const elfClass = record.uint8(); //         4  EI_CLASS
  const data = record.uint8(); //             5  EI_DATA
  const version = record.uint8(); //          6  EI_VERSION
  const osAbi = record.uint8(); //            7  EI_OSABI
  const abiVersion = record.uint8(); //       8  EI_ABIVERSION
  const padding = record.bytes(7).slice(); // 9  EI_PAD
  if (elfClass !== 1 && elfClass !== 2) {
    throw record.malformed(`EI_CLASS must be 1 (32-bit) or 2 (64-bit), found ${elfClass}`, 4);
  }
  if (data !== 1 && data !== 2) {
    throw record.malformed(`EI_DATA must be 1 (little-endian) or 2 (big-endian), found ${data}`, 5);
  }
  return {
    class: elfClass === 1 ? 32 : 64,
    byteOrder: data === 1 ? 'little-endian' : 'big-endian',
    version,
    osAbi,
    abiVersion,
    padding,
  };
}

/** The mirror of {@link parseElfIdent}. */
export function serializeElfIdent(ident: ElfIdent): Uint8Array {
  const record = new RecordWriter(ELF_IDENT_SIZE, 'big-endian');
  record.uint32(MAGIC); //                                          0  EI_MAG0..EI_MAG3
  record.uint8(ident.class === 32 ? 1 : 2); //                      4  EI_CLASS
  record.uint8(ident.byteOrder === 'little-endian' ? 1 : 2); //     5  EI_DATA
  record.uint8(ident.version); //                                   6  EI_VERSION
  record.uint8(ident.osAbi); //                                     7  EI_OSABI
  record.uint8(ident.abiVersion); //                                8  EI_ABIVERSION
  record.set(ident.padding); //                                     9  EI_PAD
  return record.bytes;
}
