/*
 * Processors. The numbers are the EM_ values of the System V gABI (https://gabi.xinuos.com/elf/a-emachine.html), the names
 * `x86_64`, `i686`, `armhf` and `aarch64` those of AppImage file names, the others those of `uname -m`.
 */

import { isAppImageError } from '../errors.ts';
import type { ByteSource, ReadOptions } from '../io/byte-source.ts';
import { ELF_HEADER_MAXIMUM_SIZE, type ElfHeader, parseElfHeader } from './elf-header.ts';

/** e_flags of EM_ARM: floating point arguments in integer registers. ELF for the Arm Architecture, §5.2. */
const EF_ARM_ABI_FLOAT_SOFT = 0x200;

/** Names of the processors by EM_ number; a pair is for 32 and 64 bits, `le` and `be` for the byte orders. */
const NAMES: ReadonlyMap<number, (header: ElfHeader) => string> = new Map([
  [2, () => 'sparc'],
  [3, () => 'i686'],
  [4, () => 'm68k'],
  [8, (header) => `mips${header.ident.class === 64 ? '64' : ''}${isLittleEndian(header) ? 'el' : ''}`],
  [15, () => 'parisc'],
  [20, (header) => (isLittleEndian(header) ? 'ppcle' : 'ppc')],
  [21, (header) => (isLittleEndian(header) ? 'ppc64le' : 'ppc64')],
  [22, (header) => (header.ident.class === 64 ? 's390x' : 's390')],
  [40, armName],
  [42, () => 'sh4'],
  [43, () => 'sparc64'],
  [50, () => 'ia64'],
  [62, (header) => (header.ident.class === 64 ? 'x86_64' : 'x32')],
  [183, (header) => (isLittleEndian(header) ? 'aarch64' : 'aarch64_be')],
  [243, (header) => `riscv${header.ident.class}`],
  [258, (header) => `loongarch${header.ident.class}`],
  [0x9026, () => 'alpha'],
]);

/** The architecture that a program is for, as AppImage file names spell it: `x86_64`, `i686`, `armhf`, `aarch64` … */
export function architectureName(header: ElfHeader): string {
  return NAMES.get(header.machine)?.(header) ?? `machine-${header.machine}`;
}

/**
 * The architecture of a file, from its first 64 bytes alone; undefined when it is not ELF.
 *
 * @throws AppImageError `io` when reading fails
 */
export async function readArchitecture(source: ByteSource, options?: ReadOptions): Promise<string | undefined> {
  const start = await source.read(0, Math.min(ELF_HEADER_MAXIMUM_SIZE, source.size), options);
  try {
    return architectureName(parseElfHeader(start));
  } catch (error) {
    if (isAppImageError(error) && (error.code === 'malformed' || error.code === 'out-of-bounds')) return undefined;
    throw error;
  }
}

function armName(header: ElfHeader): string {
  if (!isLittleEndian(header)) return 'armeb';
  return (header.flags & EF_ARM_ABI_FLOAT_SOFT) !== 0 ? 'armel' : 'armhf';
}

function isLittleEndian(header: ElfHeader): boolean {
  return header.ident.byteOrder === 'little-endian';
}
