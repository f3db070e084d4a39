import { readdirSync } from 'node:fs';
import { AppImageError } from '../../errors.ts';
import { describePath } from '../../filesystem/path-errors.ts';
import { decodeFileName } from '../../io/file-name.ts';
import { ioError } from '../io-error.ts';
import { findAlias } from './name-rules.ts';
import { toOsPath } from './os-path.ts';

/** Where a file of the image is made. */
export interface ExtractPlace {
  /** The directory that the tree is made in. */
  readonly root: string;
  /** Path in the image. */
  readonly path: string;
}

/** Does something that makes a file of the image; errors of the system say which. */
export function attempt<Result>(place: ExtractPlace, action: () => Result): Result {
  try {
    return action();
  } catch (cause) {
    throw writeError(place, cause);
  }
}

/** The system did not let a file of the image be made. */
export function writeError(place: ExtractPlace, cause: unknown): AppImageError {
  const { path } = place;
  if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
    return ioError(`Cannot extract ${describePath(path)}`, path, cause);
  }
  const alias = findAliasOf(place);
  return alias === undefined ? nameTwice(path, cause) : nameTaken(path, alias, cause);
}

/** Only the extraction itself makes anything in its directory, so what is there already is of the image. */
function nameTwice(path: string, cause: unknown): AppImageError {
  const message = `Cannot extract ${describePath(path)}: its name must be met once, found again`;
  return new AppImageError('malformed', message, { path, cause });
}

function nameTaken(path: string, alias: string, cause: unknown): AppImageError {
  const message =
    `Cannot extract ${describePath(path)}: the file system takes its name for the same as ${JSON.stringify(alias)}, ` +
    'which is in the image, too; choose a place on one that tells upper and lower case apart';
  return new AppImageError('unsupported', message, { path, cause });
}

/** What has the name of a file already, where that is not written in the same way. */
function findAliasOf({ root, path }: ExtractPlace): string | undefined {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  const folder = slash < 0 ? root : `${root}/${path.slice(0, slash)}`;
  const names = namesIn(folder);
  return names.includes(name) ? undefined : findAlias(name, names);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(toOsPath(folder), 'buffer').map(decodeFileName);
  } catch {
    return []; // the error that led here is the one to be told
  }
}
