import { AppImageError } from '../../errors.ts';
import { type ByteSource, checkRange, type ReadOptions } from '../../io/byte-source.ts';
import { PT_DYNAMIC } from '../program-header.ts';
import type { Elf } from '../read-elf.ts';
import {
  DT_FLAGS,
  DT_FLAGS_1,
  DT_NEEDED,
  DT_NULL,
  DT_RPATH,
  DT_RUNPATH,
  DT_SONAME,
  DT_TEXTREL,
  DYNAMIC_ENTRY_SIZE,
  type DynamicEntry,
  parseDynamicEntry,
} from './dynamic-entry.ts';
import { type NeededVersions, readVersionDefinitions, readVersionNeeds } from './read-versions.ts';
import { findStringTable, type StringTable } from './string-table.ts';

/** What the dynamic loader is told by a program or a library. */
export interface DynamicSection {
  /** DT_NEEDED: libraries that must be found before the start, in order. */
  readonly needed: readonly string[];
  /** DT_SONAME: the name by which others need this library. */
  readonly soname: string | null;
  /** DT_RPATH: folders, as they are stored: `$ORIGIN/../lib:/opt/lib`. The loader passes over them where there is a `runpath`. */
  readonly rpath: string | null;
  /** DT_RUNPATH: the same, for this file's own needs only, and after `LD_LIBRARY_PATH`. */
  readonly runpath: string | null;
  /** DT_TEXTREL or DF_TEXTREL: code must be written to before it runs. */
  readonly textRelocations: boolean;
  /** DF_1_NODEFLIB: the folders of the system are not searched. */
  readonly withoutDefaultLibraries: boolean;
  /** DF_1_PIE: a program, whatever its file type says. */
  readonly positionIndependentProgram: boolean;
  /** Versions of needed libraries: `GLIBC_2.34` of `libc.so.6`. */
  readonly neededVersions: readonly NeededVersions[];
  /** Versions that this library offers. */
  readonly offeredVersions: readonly string[];
}

/** Far above what any program has. */
const MAXIMUM_DYNAMIC_SIZE = 1_048_576;

const DF_TEXTREL = 0x4n;
const DF_1_NODEFLIB = 0x800n;
const DF_1_PIE = 0x0800_0000n;

/**
 * Reads what a program or a library asks of the dynamic loader. Section headers are not needed, so it is the same after `strip`
 * and for files whose section headers are gone.
 *
 * @returns null for a static program without dynamic section
 * @throws AppImageError `malformed` or `out-of-bounds` when the section contradicts the file, `limit` when it is larger than
 *   any program's
 */
export async function readDynamicSection(
  source: ByteSource,
  elf: Elf,
  options?: ReadOptions,
): Promise<DynamicSection | null> {
  const entries = await readDynamicEntries(source, elf, options);
  if (entries === null) return null;
  const first = (tag: bigint) => entries.find((entry) => entry.tag === tag)?.value;
  const flags = first(DT_FLAGS) ?? 0n;
  const moreFlags = first(DT_FLAGS_1) ?? 0n;
  const names = lazyStringTable(source, elf, entries, options);
  const place = { source, elf, entries, names, options };
  const nameOf = async (tag: bigint) => {
    const offset = first(tag);
    return offset === undefined ? null : names(offset);
  };
  return {
    needed: await neededNames(entries, names),
    soname: await nameOf(DT_SONAME),
    rpath: await nameOf(DT_RPATH),
    runpath: await nameOf(DT_RUNPATH),
    textRelocations: first(DT_TEXTREL) !== undefined || (flags & DF_TEXTREL) !== 0n,
    withoutDefaultLibraries: (moreFlags & DF_1_NODEFLIB) !== 0n,
    positionIndependentProgram: (moreFlags & DF_1_PIE) !== 0n,
    neededVersions: await readVersionNeeds(place),
    offeredVersions: await readVersionDefinitions(place),
  };
}

/** The names of the libraries among the entries. */
export async function neededNames(entries: readonly DynamicEntry[], names: StringTable): Promise<string[]> {
  const needed: string[] = [];
  for (const { tag, value } of entries) {
    if (tag === DT_NEEDED) needed.push(await names(value));
  }
  return needed;
}

/** The entries up to the first DT_NULL; null without dynamic section. */
export async function readDynamicEntries(
  source: ByteSource,
  elf: Elf,
  options?: ReadOptions,
): Promise<DynamicEntry[] | null> {
  const segment = elf.programHeaders.find(({ type }) => type === PT_DYNAMIC);
  if (segment === undefined) return null;
  const { offset, fileSize } = segment;
  if (fileSize > MAXIMUM_DYNAMIC_SIZE) {
    const what = `it must be at most ${MAXIMUM_DYNAMIC_SIZE} bytes, found ${fileSize}`;
    throw new AppImageError('limit', `Cannot read ELF dynamic section: ${what}`, { offset });
  }
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

/** A file whose entries name nothing may do without strings. */
export function lazyStringTable(
  source: ByteSource,
  elf: Elf,
  entries: readonly DynamicEntry[],
  options?: ReadOptions,
): StringTable {
  let table: StringTable | undefined;
  return async (offset) => {
    table ??= findStringTable(source, elf, entries, options);
    return table(offset);
  };
}
