import {
  type ByteSource,
  isAppImageError,
  parseExec,
  type ReadonlyFileSystem,
  readElf,
  readNeededLibraries,
  readWholeFile,
  resolvePath,
} from '@appimage-js/format';
import type { HostLibraries } from './host-libraries.ts';

/** Something that an application needs and the host does not have. */
export interface MissingNeed {
  readonly kind: 'loader' | 'library' | 'interpreter';
  /** The name of a library; the path of the others. */
  readonly name: string;
  /** Path in the image of what needs it. */
  readonly neededBy: string;
}

/** What {@link readProgramNeeds} has found. */
export interface ProgramNeeds {
  /** What is started, in order: `AppRun`, and the program of the desktop entry. */
  readonly programs: readonly string[];
  readonly missing: readonly MissingNeed[];
}

/** PT_INTERP */
const INTERPRETER = 3;
const LONGEST_LINE = 4096;
const LARGEST_ENTRY = 1_048_576;
/** Libraries that are looked into; more has no application, and no image makes this take for ever. */
const MAXIMUM_LIBRARIES = 5000;

/** Where the program of a desktop entry may be in an image. */
const PROGRAM_FOLDERS = ['usr/bin', 'bin', '', 'usr/local/bin', 'usr/sbin', 'shared/bin'];

/**
 * Reads what an application needs of a host before it starts: the dynamic loader or the interpreter of its programs, and the
 * libraries that those name, and those that these name, unless the image has a file of that name anywhere.
 *
 * @throws AppImageError whatever reading the image throws
 */
export async function readProgramNeeds(
  files: ReadonlyFileSystem,
  host: HostLibraries,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<ProgramNeeds> {
  const inside = new Map<string, string>();
  for await (const { path, stat } of files.walk({ signal })) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (stat.type !== 'directory' && name.includes('.so') && !inside.has(name)) inside.set(name, path);
  }
  const search: Search = { files, host, inside, missing: new Map(), seen: new Set() };
  const programs = await findPrograms(files);
  for (const program of programs) await look(search, program);
  return { programs, missing: [...search.missing.values()] };
}

interface Search {
  readonly files: ReadonlyFileSystem;
  readonly host: HostLibraries;
  /** Paths of libraries in the image by their names. */
  readonly inside: ReadonlyMap<string, string>;
  readonly missing: Map<string, MissingNeed>;
  readonly seen: Set<string>;
}

async function findPrograms(files: ReadonlyFileSystem): Promise<string[]> {
  const root = (await files.readDirectory('')).map(({ path }) => path);
  const entryPoint = root.find((name) => name === 'AppRun') ?? root.find((name) => name.startsWith('AppRun.'));
  const desktop = root.filter((name) => name.endsWith('.desktop')).sort()[0];
  const named = desktop === undefined ? undefined : await readExec(files, desktop);
  const candidates =
    named === undefined ? [] : PROGRAM_FOLDERS.map((folder) => `${folder}/${named}`.replace(/^\//, ''));
  for (const candidate of candidates) {
    if (await isFile(files, candidate)) return [entryPoint, candidate].filter((path) => path !== undefined);
  }
  return entryPoint === undefined ? [] : [entryPoint];
}

/** The program's name in the `Exec` key; that alone is wanted, so the rest of the entry may be as it likes. */
async function readExec(files: ReadonlyFileSystem, path: string): Promise<string | undefined> {
  try {
    const file = await resolvePath(files, path);
    const text = new TextDecoder().decode(await readWholeFile(files, file, { maximumLength: LARGEST_ENTRY }));
    const exec = /^Exec\s*=\s*(.+)$/m.exec(text)?.[1];
    const program = exec === undefined ? undefined : parseExec(exec)[0];
    return program?.slice(program.lastIndexOf('/') + 1);
  } catch (error) {
    if (isAppImageError(error)) return undefined;
    throw error;
  }
}

async function isFile(files: ReadonlyFileSystem, path: string): Promise<boolean> {
  try {
    return (await resolvePath(files, path)).stat.type === 'file';
  } catch {
    return false;
  }
}

/** One program or library, and what it names. What can not be read is not judged: others say so when it is used. */
async function look(search: Search, path: string): Promise<void> {
  if (search.seen.has(path) || search.seen.size > MAXIMUM_LIBRARIES) return;
  search.seen.add(path);
  try {
    const source = await sourceOf(search.files, path);
    const start = await source.read(0, Math.min(LONGEST_LINE, source.size));
    if (start[0] === 0x23 && start[1] === 0x21) lookAtScript(search, path, start);
    else await lookAtElf(search, path, source);
  } catch (error) {
    if (!isAppImageError(error) || error.code === 'io') throw error;
  }
}

/** "#!/usr/bin/env python3": what env looks for is not known before. */
function lookAtScript({ host, missing }: Search, path: string, start: Uint8Array): void {
  const line = new TextDecoder().decode(start).split('\n')[0] ?? '';
  const interpreter = line.slice(2).trim().split(/\s/)[0];
  if (interpreter === undefined || interpreter === '' || host.hasFile(interpreter)) return;
  missing.set(interpreter, { kind: 'interpreter', name: interpreter, neededBy: path });
}

async function lookAtElf(search: Search, path: string, source: ByteSource): Promise<void> {
  const { host, inside, missing } = search;
  const elf = await readElf(source);
  const isProgram = elf.programHeaders.some(({ type }) => type === INTERPRETER);
  const loader = isProgram ? elf.interpreter : null;
  if (loader !== null && !host.hasFile(loader)) missing.set(loader, { kind: 'loader', name: loader, neededBy: path });
  for (const name of await readNeededLibraries(source, elf)) {
    const own = inside.get(name);
    if (own !== undefined) await look(search, own);
    else if (!(host.hasLibrary(name) || missing.has(name)))
      missing.set(name, { kind: 'library', name, neededBy: path });
  }
}

/** A file in the image, read where it is asked for and not as a whole. */
async function sourceOf(files: ReadonlyFileSystem, path: string): Promise<ByteSource> {
  const file = await resolvePath(files, path);
  return {
    size: file.stat.size,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      let filled = 0;
      for await (const piece of files.readFile(file, { start: offset, end: offset + length })) {
        bytes.set(piece, filled);
        filled += piece.length;
      }
      return bytes;
    },
  };
}
