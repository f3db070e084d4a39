import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Where the first of these programs is on the PATH. */
export function findProgram(names: readonly string[], path: string | undefined): string | undefined {
  const folders = foldersOf(path);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

/** All programs of that name on a PATH, in its order. */
export function findPrograms(name: string, path: string | undefined): string[] {
  return [...new Set(foldersOf(path).map((folder) => join(folder, name)))].filter(isProgram);
}

/** Relative parts are passed over: they depend on where one happens to be. */
function foldersOf(path: string | undefined): string[] {
  return (path ?? '/usr/local/bin:/usr/bin:/bin').split(delimiter).filter((folder) => isAbsolute(folder));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
