import { decodeFileName, type ElfSection, isAppImageError, type ReadOptions, readElf } from '@appimage-js/format';
import { type AppDir, type AppDirFile, resolveEntry, walk } from '../inspect/app-dir.ts';
import type { LocalFiles } from '../inspect/local-file.ts';

/** Where in a file `/usr` is to become {@link REPLACEMENT}. */
export interface UsrPatch {
  readonly file: AppDirFile;
  /** Offsets in the file, ascending. */
  readonly offsets: readonly number[];
}

/** As long as `/usr`, and the working directory. */
export const REPLACEMENT = '././';

/** Where compilers put strings; code, tables of the dynamic loader and the name of the loader stay. */
const STRING_SECTIONS = /^\.(?:rodata|data)(?:\.|$)/;
const SHT_NOBITS = 8;
const WINDOW = 4 * 1024 * 1024;
/** As Linux has it for paths. */
const LONGEST_PATH = 4096;

/** Before the path: nothing that would make it the end of a longer path or a part of a list. */
const BEFORE = /[A-Za-z0-9._/:$%}~-]/;
/** What ends a path in a string. */
const END = /[\0\s"'`:;,<>|&()]/;
/** Where the program fills something in. */
const FILLED_IN = /[%$*?{[]/;

/**
 * Finds the paths in the data of ELF files that begin with `/usr` and lead to something in the AppDir: those of which the host's file
 * is meant stay, as do lists of folders.
 */
export async function findUsrPaths(
  appDir: AppDir,
  files: LocalFiles,
  { signal }: ReadOptions = {},
): Promise<readonly UsrPatch[]> {
  const patches: UsrPatch[] = [];
  const seen = new Set<AppDirFile>();
  for (const entry of walk(appDir.root)) {
    if (entry.type !== 'file' || seen.has(entry)) continue;
    seen.add(entry);
    signal?.throwIfAborted();
    const offsets = await offsetsIn(appDir, entry, files);
    if (offsets.length > 0) patches.push({ file: entry, offsets });
  }
  return patches.sort((left, right) => (left.file.path < right.file.path ? -1 : 1));
}

async function offsetsIn(appDir: AppDir, file: AppDirFile, files: LocalFiles): Promise<number[]> {
  const magic = files.readStart(file, 4);
  if (!(magic[0] === 0x7f && magic[1] === 0x45 && magic[2] === 0x4c && magic[3] === 0x46)) return [];
  const sections = await stringSections(file, files);
  const offsets = new Set<number>();
  for (const section of sections) {
    for (const offset of await offsetsInSection(appDir, section, files, file)) offsets.add(offset);
  }
  return [...offsets].sort((left, right) => left - right);
}

async function stringSections(file: AppDirFile, files: LocalFiles): Promise<ElfSection[]> {
  try {
    const { sections } = await readElf(files.source(file));
    return sections.filter(
      ({ name, type, offset, size }) => STRING_SECTIONS.test(name) && type !== SHT_NOBITS && offset + size <= file.size,
    );
  } catch (error) {
    if (isAppImageError(error) && error.code !== 'io') return [];
    throw error;
  }
}

async function offsetsInSection(
  appDir: AppDir,
  { offset, size }: ElfSection,
  files: LocalFiles,
  file: AppDirFile,
): Promise<number[]> {
  const source = files.source(file);
  const found: number[] = [];
  for (let start = 0; start < size; start += WINDOW) {
    // One byte before, and a path behind, so that no path is cut by the windows.
    const before = start === 0 ? 0 : 1;
    const length = Math.min(size - start + before, WINDOW + before + LONGEST_PATH);
    const text = new TextDecoder('latin1').decode(await source.read(offset + start - before, length));
    for (let at = text.indexOf('/usr', before); at >= 0 && at < WINDOW + before; at = text.indexOf('/usr', at + 1)) {
      if (leadsIntoAppDir(appDir, text, at)) found.push(offset + start - before + at);
    }
  }
  return found;
}

function leadsIntoAppDir(appDir: AppDir, text: string, at: number): boolean {
  const after = text[at + 4] ?? '\0';
  if ((after !== '/' && !END.test(after)) || (at > 0 && BEFORE.test(text[at - 1] as string))) return false;
  const rest = text.slice(at, at + LONGEST_PATH);
  const end = END.exec(rest)?.index ?? rest.length;
  if (rest[end] === ':') return false;
  const path = rest.slice(0, end);
  const filledIn = FILLED_IN.exec(path)?.index;
  const known = filledIn === undefined ? path : path.slice(0, path.lastIndexOf('/', filledIn));
  return (
    resolveEntry(appDir, decodeFileName(Uint8Array.from(known, (character) => character.charCodeAt(0)))) !== undefined
  );
}
