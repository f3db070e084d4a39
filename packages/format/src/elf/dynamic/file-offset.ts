import { AppImageError } from '../../errors.ts';
import { type ProgramHeader, PT_LOAD } from '../program-header.ts';
import type { Elf } from '../read-elf.ts';

/**
 * Where the byte at an address in memory is in the file.
 *
 * @throws AppImageError `malformed` where no segment puts a byte there
 */
export function fileOffset(elf: Elf, address: bigint): number {
  return locate(elf, address).offset;
}

/** The same, and how many bytes follow one another in file and memory from there on. */
export function locate(elf: Elf, address: bigint): { readonly offset: number; readonly length: number } {
  const segment = elf.programHeaders.find((header) => header.type === PT_LOAD && holds(header, address));
  if (segment === undefined) {
    const what = `address 0x${address.toString(16)} must be in a segment that is loaded`;
    throw new AppImageError('malformed', `Cannot read the dynamic section of an ELF file: ${what}`);
  }
  const inSegment = Number(address - segment.virtualAddress);
  return { offset: segment.offset + inSegment, length: segment.fileSize - inSegment };
}

function holds({ virtualAddress, fileSize }: ProgramHeader, address: bigint): boolean {
  return address >= virtualAddress && address < virtualAddress + BigInt(fileSize);
}
