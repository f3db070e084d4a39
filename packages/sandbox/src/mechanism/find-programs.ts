import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** All programs of that name on a PATH, in its order. Relative parts are passed over: they depend on where one happens to be. */
export function findPrograms(name: string, path: string | undefined): string[] {
  const folders = (path ?? '/usr/local/bin:/usr/bin:/bin').split(delimiter).filter((folder) => isAbsolute(folder));
  return [...new Set(folders.map((folder) => join(folder, name)))].filter(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
