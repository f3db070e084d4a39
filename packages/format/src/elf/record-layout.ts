/*
 * How records are laid out. The file's class decides the width of some fields: Elf32_Addr, Elf32_Off, Elf32_Word (4 bytes) and Elf64_Addr, Elf64_Off,
 * Elf64_Xword (8 bytes). System V gABI, chapter 4, "Data Representation": https://gabi.xinuos.com/elf/01-intro.html
 */
import type { ByteOrder, RecordReader } from '../io/record-reader.ts';
import type { RecordWriter } from '../io/record-writer.ts';
import type { ElfClass } from './elf-ident.ts';

/** Where a record of a table lies and how it is laid out. */
export interface ElfRecordLayout {
  readonly class: ElfClass;
  readonly byteOrder: ByteOrder;
  /** Offset of the record in the file, for messages. */
  readonly offset?: number;
}

/** Reads an address or a set of flags, which may use all 64 bits. */
export function readAddress(record: RecordReader, elfClass: ElfClass): bigint {
  return elfClass === 32 ? BigInt(record.uint32()) : record.bigUint64();
}

/** Reads a file offset or a size. */
export function readOffset(record: RecordReader, elfClass: ElfClass): number {
  return elfClass === 32 ? record.uint32() : record.uint64();
}

/**
 * Writes an address, a set of flags, an offset or a size.
 *
 * @throws RangeError when a 32-bit field cannot hold the value
 */
export function writeClassSized(record: RecordWriter, elfClass: ElfClass, value: number | bigint): void {
  if (elfClass === 64) {
    record.uint64(value);
    return;
  }
  if (value < 0 || value > 0xffff_ffff) {
    throw new RangeError(`Cannot serialize ELF record: a 32-bit field must be below 2^32, found ${value}`);
  }
  record.uint32(Number(value));
}
