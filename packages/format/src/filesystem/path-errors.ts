/*
 * The errors that every kind of file system has in common, and how messages write a path.
 */
import { AppImageError } from '../errors.ts';
import type { FileEntry, FileType } from './readonly-file-system.ts';

/** How messages write a path: quoted, so that odd names can be read. */
export function describePath(path: string): string {
  return JSON.stringify(path === '' ? '/' : path);
}

/** Nothing has that path. */
export function notFound(path: string): AppImageError {
  return new AppImageError('not-found', `Cannot find ${describePath(path)} in the image: there is no such file`, {
    path,
  });
}

/** The path belongs to another kind of file than was asked for. */
export function wrongType({ path, stat }: FileEntry, expected: FileType): AppImageError {
  return new AppImageError(
    'not-found',
    `Cannot read ${describePath(path)} in the image: expected a ${expected}, found a ${stat.type}`,
    { path },
  );
}

/** One of the `ImageLimits` was reached; `what` names what is counted: "entries". */
export function limitReached(what: string, limit: number, path: string): AppImageError {
  return new AppImageError('limit', `Cannot read image: limit of ${limit} ${what} reached at ${describePath(path)}`, {
    path,
  });
}

/** The path of a name in a directory; the root's is "". */
export function joinPath(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}
