import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { parseLibraryCache } from './library-cache.ts';

/** What programs find on a host, or in a root that they are to run in. */
export interface HostLibraries {
  /** Whether a file is there: a dynamic loader, the interpreter of a script. */
  hasFile(path: string): boolean;
  /** Whether the dynamic loader finds a library of that name. */
  hasLibrary(name: string): boolean;
}

/** Options of {@link readHostLibraries}. */
export interface HostLibrariesOptions {
  /** The root that is looked into. Default "/". */
  readonly root?: string;
  /** Of the programs, in the spelling of AppImage file names. Default: all count, whatever they are for. */
  readonly architecture?: string | undefined;
  /** `LD_LIBRARY_PATH`, whose folders count, too. */
  readonly libraryPath?: string | undefined;
}

/** Of Debian and its like, whose libraries are in a folder a machine. */
const TRIPLETS: Readonly<Record<string, string>> = {
  x86_64: 'x86_64-linux-gnu',
  i686: 'i386-linux-gnu',
  aarch64: 'aarch64-linux-gnu',
  armhf: 'arm-linux-gnueabihf',
};

/** Of others, with the width of their programs' addresses behind the name or without it. */
const WIDTHS: Readonly<Record<string, readonly string[]>> = {
  x86_64: ['', '64'],
  i686: ['', '32'],
  aarch64: ['', '64'],
  armhf: [''],
};

function foldersFor(architecture: string | undefined): string[] {
  const known = architecture !== undefined && Object.hasOwn(TRIPLETS, architecture);
  const machines = known ? [architecture] : Object.keys(TRIPLETS);
  const suffixes = machines.flatMap((machine) => [...(WIDTHS[machine] ?? []), `/${TRIPLETS[machine]}`]);
  return ['/lib', '/usr/lib', '/usr/local/lib'].flatMap((folder) => suffixes.map((suffix) => `${folder}${suffix}`));
}

/** Looks at a host's libraries: the cache of glibc's loader where there is one, and the usual folders. */
export async function readHostLibraries({
  root = '/',
  architecture,
  libraryPath = '',
}: HostLibrariesOptions = {}): Promise<HostLibraries> {
  const cache = await readFile(join(root, 'etc/ld.so.cache')).catch(() => new Uint8Array());
  const names = parseLibraryCache(cache, architecture);
  const folders = [...foldersFor(architecture), ...libraryPath.split(':').filter((folder) => isAbsolute(folder))];
  const listed = await Promise.all(folders.map((folder) => readdir(join(root, folder)).catch(() => [])));
  for (const name of listed.flat()) if (name.includes('.so')) names.add(name);
  return {
    hasFile: (path) => existsSync(join(root, path)),
    hasLibrary: (name) => (name.includes('/') ? existsSync(join(root, name)) : names.has(name)),
  };
}
