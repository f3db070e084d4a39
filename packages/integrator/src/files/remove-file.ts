import { rm } from 'node:fs/promises';
import { ioError } from '@appimage-js/format/node';

/**
 * Removes a file, or a symlink and not what it leads to; one that is not there is none to remove.
 *
 * @throws AppImageError `io`
 */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true }).catch((cause: unknown) => {
    throw ioError(`Cannot remove ${path}`, path, cause);
  });
}
