import { lstat, mkdir, open, readFile, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import { sha256 } from '../plan/planned-file.ts';

/** More than any file of ours has. */
const MAXIMUM_SIZE = 16 * 1_048_576;

/** The name beside a file under which its new content is written; one a file, so that what a kill leaves is found again. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.appimage-js`);
}

/**
 * Replaces a file in one step: whoever reads it has the old content or the new one. A symlink in its place is replaced, not followed.
 *
 * @throws AppImageError `io`
 */
export async function writeAtomically(
  path: string,
  content: Uint8Array,
  { mode = 0o644, folderMode = 0o777 }: { readonly mode?: number; readonly folderMode?: number } = {},
): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await mkdir(dirname(path), { recursive: true, mode: folderMode });
    await rm(temporary, { force: true });
    {
      await using file = await open(temporary, 'wx', mode);
      await file.writeFile(content);
      await file.datasync();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw ioError(`Cannot write ${path}`, path, cause);
  }
}

/** The SHA-256 of a regular file; `absent` where nothing is, `other` for what is no such file or far too large. */
export async function hashOf(path: string): Promise<string> {
  try {
    const facts = await lstat(path);
    if (!facts.isFile() || facts.size > MAXIMUM_SIZE) return 'other';
    return sha256(await readFile(path));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent';
    throw ioError(`Cannot read ${path}`, path, cause);
  }
}

/**
 * Checks that no symlink leads from a root to somewhere else on the way to a file.
 *
 * @throws AppImageError `not-permitted`
 */
export async function checkInside(root: string, path: string): Promise<void> {
  let folder = dirname(path);
  while (folder.length > root.length && !(await isThere(folder))) folder = dirname(folder);
  if (!(await isThere(folder)) || folder.length <= root.length) return;
  const [realRoot, real] = await Promise.all([realpath(root), realpath(folder)]);
  if (real === realRoot || real.startsWith(realRoot + sep)) return;
  throw new AppImageError('not-permitted', `Cannot write ${path}: it must be in ${root}, found a symlink to ${real}`, {
    path,
  });
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
