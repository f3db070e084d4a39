import { posix } from 'node:path';
import {
  compareFileNames,
  type DynamicSection,
  isAppImageError,
  readDynamicSection,
  readElf,
} from '@appimage-js/format';
import { type AppDir, type AppDirFile, resolveEntry, resolveFile } from '../inspect/app-dir.ts';
import type { EntryPoint } from '../inspect/entry-point.ts';
import type { LocalFiles } from '../inspect/local-file.ts';

/** A folder that the dynamic loader would not look into by itself. */
export interface LibraryFolder {
  /** From the AppDir. */
  readonly path: string;
  /** A program or library that needs something there, and what. */
  readonly neededBy: string;
  readonly library: string;
}

/** Where libraries are in an AppDir; below them, folders of an architecture. */
const LIBRARY_FOLDERS = ['usr/lib', 'usr/lib64', 'usr/lib32', 'lib', 'lib64', 'lib32', 'usr/local/lib'];
const ARCHITECTURE_FOLDER = /^[a-z0-9_]+-linux-gnu[a-z0-9]*$/;
const PROGRAM_FOLDERS = ['usr/bin', 'bin'];
/** Far more than any application loads. */
const MAXIMUM_OBJECTS = 4096;

/** A program or library, and where what it needs is looked for. */
interface LoadedObject {
  readonly path: string;
  readonly architecture: string;
  readonly dynamic: DynamicSection;
}

/**
 * Finds the folders without which the application would not find libraries that it has along: those of libraries that what
 * is started needs, directly or not, and to which no RPATH leads. Plugins that are loaded later are not seen.
 */
export async function findLibraryFolders(
  appDir: AppDir,
  entryPoint: EntryPoint,
  files: LocalFiles,
): Promise<readonly LibraryFolder[]> {
  if (entryPoint.kind === 'app-run') return [];
  return await new LibrarySearch(appDir, files).run(entryPoint);
}

class LibrarySearch {
  readonly #appDir: AppDir;
  readonly #files: LocalFiles;
  readonly #folders: readonly string[];
  readonly #found = new Map<string, LibraryFolder>();
  readonly #objects = new Map<string, LoadedObject | null>();

  constructor(appDir: AppDir, files: LocalFiles) {
    this.#appDir = appDir;
    this.#files = files;
    this.#folders = LIBRARY_FOLDERS.flatMap((folder) => [folder, ...this.#architectureFolders(folder)]);
  }

  async run({ program }: Extract<EntryPoint, { kind: 'exec' }>): Promise<LibraryFolder[]> {
    const started = 'path' in program ? await this.#load(program.path) : null;
    const pending = started === null ? await this.#programs() : [started];
    const seen = new Set(pending.map(({ path }) => path));
    const inherited = new Map<string, readonly string[]>();
    for (let object = pending.pop(); object !== undefined; object = pending.pop()) {
      const { path, dynamic } = object;
      const fromLoaders = inherited.get(path) ?? [];
      const own = searchPath(object);
      const searched = dynamic.runpath === null ? [...own, ...fromLoaders] : own;
      for (const library of dynamic.needed) {
        const next = await this.#find(object, library, searched);
        if (next === undefined || seen.has(next.path) || seen.size >= MAXIMUM_OBJECTS) continue;
        seen.add(next.path);
        // A DT_RPATH counts for what is loaded on behalf of its file, a DT_RUNPATH does not.
        inherited.set(next.path, dynamic.runpath === null ? [...new Set(searched)] : fromLoaders);
        pending.push(next);
      }
    }
    return this.#folders.flatMap((folder) => this.#found.get(folder) ?? []);
  }

  /** In the folders of an RPATH, as the loader does; else in the folders for libraries. */
  async #find(object: LoadedObject, library: string, searched: readonly string[]): Promise<LoadedObject | undefined> {
    const fits = async (path: string) => {
      const candidate = await this.#load(path);
      return candidate?.architecture === object.architecture ? candidate : undefined;
    };
    for (const folder of searched) {
      const found = await fits(`${folder}/${library}`);
      if (found !== undefined) return found;
    }
    if (library.includes('/')) return undefined;
    for (const path of this.#folders) {
      const found = await fits(`${path}/${library}`);
      if (found === undefined) continue;
      if (!this.#found.has(path)) this.#found.set(path, { path, neededBy: object.path, library });
      return found;
    }
    return undefined;
  }

  async #programs(): Promise<LoadedObject[]> {
    const paths = PROGRAM_FOLDERS.flatMap((folder) => this.#namesIn(folder).map((name) => `${folder}/${name}`));
    const objects: LoadedObject[] = [];
    for (const path of paths) {
      const object = await this.#load(path);
      if (object !== null) objects.push(object);
    }
    return objects;
  }

  async #load(path: string): Promise<LoadedObject | null> {
    const resolved = resolveFile(this.#appDir, path);
    if (resolved === undefined) return null;
    const known = this.#objects.get(resolved.path);
    if (known !== undefined) return known;
    const object = await this.#read(resolved.path, resolved.file);
    this.#objects.set(resolved.path, object);
    return object;
  }

  async #read(path: string, file: AppDirFile): Promise<LoadedObject | null> {
    const magic = this.#files.readStart(file, 4);
    if (!(magic[0] === 0x7f && magic[1] === 0x45 && magic[2] === 0x4c && magic[3] === 0x46)) return null;
    const source = this.#files.source(file);
    try {
      const elf = await readElf(source);
      const dynamic = await readDynamicSection(source, elf);
      return dynamic && { path, architecture: elf.architecture, dynamic };
    } catch (error) {
      // What the loader could not read either needs no folder.
      if (isAppImageError(error) && error.code !== 'io') return null;
      throw error;
    }
  }

  #architectureFolders(folder: string): string[] {
    return this.#namesIn(folder)
      .filter((name) => ARCHITECTURE_FOLDER.test(name))
      .map((name) => `${folder}/${name}`);
  }

  #namesIn(folder: string): string[] {
    const entry = resolveEntry(this.#appDir, folder)?.entry;
    return entry?.type === 'directory' ? [...entry.entries.keys()].toSorted(compareFileNames) : [];
  }
}

/** Folders in the AppDir that the object names itself; absolute ones are on the build machine only. */
function searchPath({ path, dynamic: { rpath, runpath } }: LoadedObject): string[] {
  const folders = (runpath ?? rpath ?? '')
    .split(':')
    .filter((folder) => /^\$(?:ORIGIN|\{ORIGIN\})(?:\/|$)/.test(folder));
  return folders.flatMap((folder) => {
    const relative = folder.replace(/^\$(?:ORIGIN|\{ORIGIN\})/, posix.dirname(path));
    const libs = /\$(?:LIB|\{LIB\})/.test(relative) ? ['lib', 'lib64'] : [''];
    return libs.map((lib) => relative.replaceAll(/\$(?:LIB|\{LIB\})/g, lib));
  });
}
