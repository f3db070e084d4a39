import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import { writeAtomically } from '../sync/write-file.ts';
import { applicationsFolder, type Places } from './places.ts';

function settingsPath({ config }: Places): string {
  return join(config, 'appimage', 'integrator.json');
}

/**
 * The folders whose AppImages are integrated; `~/Applications` where the user has said nothing.
 *
 * @throws AppImageError `malformed` for a settings file that is none, `io`
 */
export async function readWatchDirs(places: Places): Promise<string[]> {
  const path = settingsPath(places);
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw ioError('Cannot read settings', path, cause);
  });
  if (text === undefined) return [applicationsFolder(places)];
  const folders = parseFolders(text);
  if (folders !== undefined) return folders;
  throw new AppImageError(
    'malformed',
    `Cannot read settings in ${path}: expected {"version": 1, "watch": [...]}, found something else`,
    { path },
  );
}

/** Adds a folder, or takes one out; answers those that are watched then. */
export async function changeWatchDirs(
  places: Places,
  { add = [], remove = [] }: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
): Promise<string[]> {
  const gone = new Set(remove.map((folder) => resolve(folder)));
  const before = await readWatchDirs(places);
  const watch = [...new Set([...before, ...add.map((folder) => resolve(folder))])].filter(
    (folder) => !gone.has(folder),
  );
  const text = `${JSON.stringify({ version: 1, watch }, undefined, 2)}\n`;
  await writeAtomically(settingsPath(places), new TextEncoder().encode(text));
  return watch;
}

function parseFolders(text: string): string[] | undefined {
  try {
    const { watch } = JSON.parse(text) as { readonly watch?: unknown };
    return Array.isArray(watch) && watch.every((each) => typeof each === 'string' && each.startsWith('/'))
      ? watch
      : undefined;
  } catch {
    return undefined;
  }
}
