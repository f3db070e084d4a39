import { type DesktopEntry, parseDesktopEntry } from '../desktop-entry/desktop-entry.ts';
import { namePath } from '../filesystem/damage.ts';
import type { ReadonlyFileSystem } from '../filesystem/readonly-file-system.ts';
import { readWholeFile, resolvePath } from '../filesystem/resolve-path.ts';
import type { ReadOptions } from '../io/byte-source.ts';
import { type ImageProblem, readOrProblem } from './image-problem.ts';

/** A desktop entry and where in the image it is. */
export interface FoundDesktopEntry {
  readonly path: string;
  readonly entry: DesktopEntry;
}

const MAXIMUM_SIZE = 1_048_576;

/**
 * Finds the first desktop entry in the root, by name, that is a file and can be parsed; those that can not be are noted as
 * problems. `undefined` where there is none.
 */
export async function findDesktopEntry(
  files: ReadonlyFileSystem,
  problems: ImageProblem[],
  options?: ReadOptions,
): Promise<FoundDesktopEntry | undefined> {
  const entries = await files.readDirectory('', options);
  const paths = entries.map(({ path }) => path).filter((path) => path.endsWith('.desktop'));
  for (const path of paths.sort()) {
    const found = await readOrProblem(problems, 'desktop-entry', () => readDesktopEntry(files, path, options));
    if (found) return found;
  }
  return undefined;
}

/**
 * Reads the desktop entry at a path, following symlinks; `undefined` for what is no file.
 *
 * @throws AppImageError `not-found` for a symlink that leads nowhere, `malformed` for what is no desktop entry, `limit` for
 *   one of more than 1 MiB
 */
export async function readDesktopEntry(
  files: ReadonlyFileSystem,
  path: string,
  options?: ReadOptions,
): Promise<FoundDesktopEntry | undefined> {
  const file = await resolvePath(files, path, options);
  if (file.stat.type !== 'file') return undefined;
  const bytes = await readWholeFile(files, file, { ...options, maximumLength: MAXIMUM_SIZE });
  try {
    return { path, entry: parseDesktopEntry(bytes) };
  } catch (error) {
    throw namePath(error, path);
  }
}
