import {
  type FileEntry,
  isAppImageError,
  type ReadOptions,
  type ReadonlyFileSystem,
  resolvePath,
} from '@appimage-js/format';
import { parsePath } from './output/printable.ts';

/**
 * Finds a file in an image by the path that a user gave, following symlinks. A path that is not there as it was written
 * may be one that `appimage ls` printed with escapes.
 *
 * @throws AppImageError `not-found` when there is no such file
 */
export async function findFile(files: ReadonlyFileSystem, path: string, options?: ReadOptions): Promise<FileEntry> {
  try {
    return await resolvePath(files, path, options);
  } catch (error) {
    const unescaped = parsePath(path);
    if (unescaped === path || !isAppImageError(error) || error.code !== 'not-found') throw error;
    return resolvePath(files, unescaped, options);
  }
}
