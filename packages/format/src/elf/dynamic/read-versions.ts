import { AppImageError } from '../../errors.ts';
import { type ByteSource, checkRange, type ReadOptions } from '../../io/byte-source.ts';
import type { Elf } from '../read-elf.ts';
import type { ElfRecordLayout } from '../record-layout.ts';
import { DT_VERDEF, DT_VERDEFNUM, DT_VERNEED, DT_VERNEEDNUM, type DynamicEntry } from './dynamic-entry.ts';
import { locate } from './file-offset.ts';
import type { StringTable } from './string-table.ts';
import { parseVersionDefinition, VERSION_IS_BASE } from './version-definition.ts';
import { parseVersionDefinitionName } from './version-definition-name.ts';
import { parseVersionNeed } from './version-need.ts';
import { parseVersionNeedEntry, VERSION_IS_WEAK } from './version-need-entry.ts';

/** The versions that a file needs of a library. */
export interface NeededVersions {
  /** As in the list of needed libraries: `libc.so.6`. */
  readonly library: string;
  /** Such as `GLIBC_2.34`, in the order of the file. */
  readonly versions: readonly string[];
  /** Those among them without which the loader only warns. */
  readonly weak: readonly string[];
}

/** Where the dynamic section's versions are read from. */
export interface VersionPlace {
  readonly source: ByteSource;
  readonly elf: Elf;
  readonly entries: readonly DynamicEntry[];
  readonly names: StringTable;
  readonly options: ReadOptions | undefined;
}

/** Nothing says how long the tables are; the largest known are of a few kilobytes. */
const MAXIMUM_TABLE_SIZE = 262_144;
/** glibc offers about 50, and programs need fewer. */
const MAXIMUM_VERSIONS = 4096;

/** Reads what `readelf -V` calls version needs. */
export async function readVersionNeeds(place: VersionPlace): Promise<NeededVersions[]> {
  const table = await readTable(place, DT_VERNEED, DT_VERNEEDNUM);
  if (table === undefined) return [];
  const needs: NeededVersions[] = [];
  let found = 0;
  let at = 0;
  for (let left = table.count; left > 0n; left--) {
    const need = parseVersionNeed(...table.at(at));
    const versions: string[] = [];
    const weak: string[] = [];
    let entryAt = at + need.entriesOffset;
    for (let index = 0; index < need.count; index++) {
      checkCount(++found);
      const entry = parseVersionNeedEntry(...table.at(entryAt));
      const name = await place.names(entry.nameOffset);
      versions.push(name);
      if ((entry.flags & VERSION_IS_WEAK) !== 0) weak.push(name);
      if (entry.nextOffset === 0) break;
      entryAt += entry.nextOffset;
    }
    checkCount(++found);
    needs.push({ library: await place.names(need.fileOffset), versions, weak });
    if (need.nextOffset === 0) break;
    at += need.nextOffset;
  }
  return needs;
}

/** Reads what `readelf -V` calls version definitions, without the one that stands for the file itself. */
export async function readVersionDefinitions(place: VersionPlace): Promise<string[]> {
  const table = await readTable(place, DT_VERDEF, DT_VERDEFNUM);
  if (table === undefined) return [];
  const versions: string[] = [];
  let found = 0;
  let at = 0;
  for (let left = table.count; left > 0n; left--) {
    checkCount(++found);
    const definition = parseVersionDefinition(...table.at(at));
    if ((definition.flags & VERSION_IS_BASE) === 0 && definition.count > 0) {
      const { nameOffset } = parseVersionDefinitionName(...table.at(at + definition.namesOffset));
      versions.push(await place.names(nameOffset));
    }
    if (definition.nextOffset === 0) break;
    at += definition.nextOffset;
  }
  return versions;
}

interface Table {
  readonly count: bigint;
  /** The bytes from a position in the table on, and how they are laid out. */
  readonly at: (position: number) => [Uint8Array, ElfRecordLayout];
}

async function readTable(place: VersionPlace, addressTag: bigint, countTag: bigint): Promise<Table | undefined> {
  const { source, elf, entries, options } = place;
  const address = entries.find(({ tag }) => tag === addressTag)?.value;
  const count = entries.find(({ tag }) => tag === countTag)?.value ?? 0n;
  if (address === undefined || count === 0n) return undefined;
  const { offset, length } = locate(elf, address);
  const size = Math.min(length, MAXIMUM_TABLE_SIZE);
  checkRange(offset, size, source.size, 'Cannot read ELF versions');
  const bytes = await source.read(offset, size, options);
  return { count, at: (position) => [bytes.subarray(position), { ...elf.header.ident, offset: offset + position }] };
}

function checkCount(found: number): void {
  if (found <= MAXIMUM_VERSIONS) return;
  throw new AppImageError('limit', `Cannot read ELF versions: there may be at most ${MAXIMUM_VERSIONS}, found more`);
}
