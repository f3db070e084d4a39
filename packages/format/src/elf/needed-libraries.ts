import { AppImageError } from '../errors.ts';
import { type ByteSource, checkRange, type ReadOptions } from '../io/byte-source.ts';
import { decodeFileName } from '../io/file-name.ts';
import {
  DT_NEEDED,
  DT_NULL,
  DT_STRSZ,
  DT_STRTAB,
  DYNAMIC_ENTRY_SIZE,
  type DynamicEntry,
  parseDynamicEntry,
} from './dynamic-entry.ts';
import { PT_DYNAMIC, PT_LOAD } from './program-header.ts';
import type { Elf } from './read-elf.ts';

/** Far above what any program has. */
const MAXIMUM_DYNAMIC_SIZE = 1_048_576;
const MAXIMUM_STRING_TABLE_SIZE = 16 * 1_048_576;
const MAXIMUM_NAME_LENGTH = 4096;

/**
 * The libraries that the dynamic loader must find before the program starts (DT_NEEDED), in order; none for a static
 * program. Libraries that a program opens by itself later are not among them.
 *
 * @throws AppImageError `malformed` or `out-of-bounds` when the dynamic section contradicts the file, `limit` when it is
 *   larger than any program's
 */
export async function readNeededLibraries(source: ByteSource, elf: Elf, options?: ReadOptions): Promise<string[]> {
  const entries = await readDynamicEntries(source, elf, options);
  const needed = entries.filter(({ tag }) => tag === DT_NEEDED).map(({ value }) => value);
  if (needed.length === 0) return [];
  const names = await readStringTable(source, elf, entries, options);
  return needed.map((offset) => readName(names, offset));
}

async function readDynamicEntries(source: ByteSource, elf: Elf, options?: ReadOptions): Promise<DynamicEntry[]> {
  const segment = elf.programHeaders.find(({ type }) => type === PT_DYNAMIC);
  if (segment === undefined) return [];
  const { offset, fileSize } = segment;
  if (fileSize > MAXIMUM_DYNAMIC_SIZE) throw tooLarge('dynamic section', fileSize, MAXIMUM_DYNAMIC_SIZE);
  checkRange(offset, fileSize, source.size, 'Cannot read ELF dynamic section');
  const bytes = await source.read(offset, fileSize, options);
  const size = DYNAMIC_ENTRY_SIZE[elf.header.ident.class];
  const entries: DynamicEntry[] = [];
  for (let at = 0; at + size <= bytes.length; at += size) {
    const entry = parseDynamicEntry(bytes.subarray(at, at + size), { ...elf.header.ident, offset: offset + at });
    if (entry.tag === DT_NULL) break;
    entries.push(entry);
  }
  return entries;
}

async function readStringTable(
  source: ByteSource,
  elf: Elf,
  entries: readonly DynamicEntry[],
  options?: ReadOptions,
): Promise<Uint8Array> {
  const address = entries.find(({ tag }) => tag === DT_STRTAB)?.value;
  const size = entries.find(({ tag }) => tag === DT_STRSZ)?.value;
  if (address === undefined || size === undefined) throw malformed('needed libraries must come with a string table');
  if (size > BigInt(MAXIMUM_STRING_TABLE_SIZE)) throw tooLarge('string table', size, MAXIMUM_STRING_TABLE_SIZE);
  const offset = fileOffset(elf, address);
  checkRange(offset, Number(size), source.size, 'Cannot read ELF string table');
  return source.read(offset, Number(size), options);
}

/** Where the byte at an address in memory is in the file. */
function fileOffset(elf: Elf, address: bigint): number {
  const segment = elf.programHeaders.find(
    ({ type, virtualAddress, fileSize }) =>
      type === PT_LOAD && address >= virtualAddress && address < virtualAddress + BigInt(fileSize),
  );
  if (segment === undefined) throw malformed(`address 0x${address.toString(16)} must be in a segment that is loaded`);
  return segment.offset + Number(address - segment.virtualAddress);
}

function readName(names: Uint8Array, offset: bigint): string {
  if (offset >= BigInt(names.length)) {
    throw malformed(`a library's name must start within ${names.length} bytes, found ${offset}`);
  }
  const rest = names.subarray(Number(offset), Number(offset) + MAXIMUM_NAME_LENGTH);
  const end = rest.indexOf(0);
  if (end < 0) throw malformed("a library's name must end with a NUL byte");
  return decodeFileName(rest.subarray(0, end));
}

function malformed(message: string): AppImageError {
  return new AppImageError('malformed', `Cannot read the libraries that an ELF file needs: ${message}`);
}

function tooLarge(what: string, found: number | bigint, maximum: number): AppImageError {
  return new AppImageError('limit', `Cannot read ELF ${what}: it must be at most ${maximum} bytes, found ${found}`);
}
