import { lstat, mkdir, open, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import { linkHash, sha256 } from './hash.ts';

/** More than any file of ours has. */
const MAXIMUM_SIZE = 16 * 1_048_576;

/**
 * The name beside a file under which its new content is written.
 *
 * @param token tells it from whatever the user could have put there; kept in the manifest, so that what a kill leaves is found again.
 *   Default: none, in folders that are ours
 */
export function temporaryName(path: string, token = ''): string {
  return join(dirname(path), `.${basename(path)}.${token === '' ? '' : `${token}.`}appimage-js`);
}

/** Options of {@link writeAtomically}. */
export interface WriteOptions {
  /** Default 0644. */
  readonly mode?: number;
  /** Of folders that have to be made. Default: as the user has it. */
  readonly folderMode?: number;
  /** Of {@link temporaryName}. */
  readonly token?: string;
}

/**
 * Replaces a file in one step: whoever reads it has the old content or the new one. A symlink in its place is replaced, not followed.
 *
 * @throws AppImageError `io`
 */
export async function writeAtomically(
  path: string,
  content: Uint8Array,
  { mode = 0o644, folderMode = 0o777, token = '' }: WriteOptions = {},
): Promise<void> {
  const temporary = temporaryName(path, token);
  try {
    await makeFolders(path, folderMode);
    await rm(temporary, { force: true });
    {
      await using file = await open(temporary, 'wx', mode);
      await file.writeFile(content);
      await file.chmod(mode); // whatever the user's mask takes away from files that others are to read
      await file.datasync();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw ioError(`Cannot write ${path}`, path, cause);
  }
}

/**
 * Makes a symlink in one step, in the place of whatever file is there.
 *
 * @throws AppImageError `io`
 */
export async function linkAtomically(path: string, target: string, token = ''): Promise<void> {
  const temporary = temporaryName(path, token);
  try {
    await makeFolders(path);
    await rm(temporary, { force: true });
    await symlink(target, temporary);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw ioError(`Cannot write ${path}`, path, cause);
  }
}

/** Of a folder in one that can only be read, Node says that it is not there; the system, asked for the first one alone, says why. */
async function makeFolders(path: string, mode = 0o777): Promise<void> {
  for (const folder of await missingFolders(path)) {
    await mkdir(folder, { mode }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EEXIST') throw cause;
    });
  }
}

/** The SHA-256 of a regular file, the hash of a symlink; `absent` where nothing is, `other` for what is neither or far too large. */
export async function hashOf(path: string): Promise<string> {
  try {
    const facts = await lstat(path);
    if (facts.isSymbolicLink()) return linkHash(await readlink(path));
    if (!facts.isFile() || facts.size > MAXIMUM_SIZE) return 'other';
    return sha256(await readFile(path));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent';
    throw ioError(`Cannot read ${path}`, path, cause);
  }
}

/**
 * Checks that no symlink of somebody else is on the way from a root to a file. Whoever keeps a folder elsewhere by a link of their own, as
 * those do who have their settings under version control, means that place.
 *
 * @throws AppImageError `not-permitted`
 */
export async function checkWay(root: string, path: string): Promise<void> {
  const user = process.getuid?.() ?? 0;
  for (let folder = dirname(path); folder.length > root.length; folder = dirname(folder)) {
    const facts = await lstat(folder).catch(() => undefined);
    if (facts?.isSymbolicLink() !== true || facts.uid === user || facts.uid === 0) continue;
    throw new AppImageError(
      'not-permitted',
      `Cannot write ${path}: symlinks on the way must be your own, found ${folder}, of user ${facts.uid}; remove it`,
      { path: folder },
    );
  }
}

/** The folders that have to be made for a file, outer ones first. */
export async function missingFolders(path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let folder = dirname(path); !(await isThere(folder)); folder = dirname(folder)) missing.unshift(folder);
  return missing;
}

export async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
