import { isAppImageError } from '../errors.ts';
import type { ReadOptions } from '../io/byte-source.ts';
import { joinPath } from './path-errors.ts';
import type { FileEntry, ReadonlyFileSystem } from './readonly-file-system.ts';
import { resolvePath } from './resolve-path.ts';

/** An entry of a folder that was found by its path. */
export interface ListedFile {
  /** The path by which it was looked for, symlinks and all. */
  readonly path: string;
  readonly name: string;
  /** The file itself, under its path without symlinks. */
  readonly file: FileEntry;
}

/** A file behind its symlinks; `undefined` where they lead nowhere, out of the image, or in a circle. */
export async function tryResolve(
  files: ReadonlyFileSystem,
  path: string,
  options?: ReadOptions,
): Promise<FileEntry | undefined> {
  try {
    return await resolvePath(files, path, options);
  } catch (error) {
    if (isAppImageError(error) && (error.code === 'not-found' || error.code === 'malformed')) return undefined;
    throw error;
  }
}

/** Options of {@link listFolder}. */
export interface ListFolderOptions extends ReadOptions {
  /** Which names matter; the symlinks of others are not followed. Default: all. */
  readonly isWanted?: (name: string) => boolean;
}

/**
 * What is in a folder, with symlinks followed: in the folder's path and in the names that are wanted. Those that lead nowhere
 * are left out; a folder that is not there is empty.
 */
export async function listFolder(
  files: ReadonlyFileSystem,
  path: string,
  options: ListFolderOptions = {},
): Promise<ListedFile[]> {
  const file = await tryResolve(files, path, options);
  return file === undefined ? [] : listResolvedFolder(files, { path, file }, options);
}

/** Like {@link listFolder}, for a folder that was found already. What is no folder is empty. */
export async function listResolvedFolder(
  files: ReadonlyFileSystem,
  { path, file: folder }: Omit<ListedFile, 'name'>,
  { isWanted = () => true, signal }: ListFolderOptions = {},
): Promise<ListedFile[]> {
  if (folder.stat.type !== 'directory') return [];
  const listed: ListedFile[] = [];
  for (const entry of await files.readDirectory(folder, { signal })) {
    const name = entry.path.slice(entry.path.lastIndexOf('/') + 1);
    if (!isWanted(name)) continue;
    const file = entry.stat.type === 'symlink' ? await tryResolve(files, entry.path, { signal }) : entry;
    if (file !== undefined) listed.push({ path: joinPath(path, name), name, file });
  }
  return listed;
}
