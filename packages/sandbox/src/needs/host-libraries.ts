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
  /** `LD_LIBRARY_PATH`, whose folders count, too. */
  readonly libraryPath?: string | undefined;
}

/** Of Debian and its like, whose libraries are in a folder a machine. */
const TRIPLETS = ['x86_64-linux-gnu', 'i386-linux-gnu', 'aarch64-linux-gnu', 'arm-linux-gnueabihf'];
const FOLDERS = ['/lib', '/lib64', '/lib32', '/usr/lib', '/usr/lib64', '/usr/lib32', '/usr/local/lib'];

/** Looks at a host's libraries: the cache of glibc's loader where there is one, and the usual folders. */
export async function readHostLibraries({
  root = '/',
  libraryPath = '',
}: HostLibrariesOptions = {}): Promise<HostLibraries> {
  const cache = await readFile(join(root, 'etc/ld.so.cache')).catch(() => new Uint8Array());
  const names = parseLibraryCache(cache);
  const folders = [
    ...FOLDERS.flatMap((folder) => [folder, ...TRIPLETS.map((triplet) => `${folder}/${triplet}`)]),
    ...libraryPath.split(':').filter((folder) => isAbsolute(folder)),
  ];
  const listed = await Promise.all(folders.map((folder) => readdir(join(root, folder)).catch(() => [])));
  for (const name of listed.flat()) if (name.includes('.so')) names.add(name);
  return {
    hasFile: (path) => existsSync(join(root, path)),
    hasLibrary: (name) => (name.includes('/') ? existsSync(join(root, name)) : names.has(name)),
  };
}
