import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';

/** More than a hundred thousand images take. */
const MAXIMUM_SIZE = 256 * 1_048_576;

/**
 * Reads a text file that may have been put there by anybody: neither one without an end is read, nor one waited for that nobody writes.
 *
 * @param action for messages: "Cannot read manifest"
 * @returns undefined where there is none
 * @throws AppImageError `io`; `limit` for a file of more than 256 MiB
 */
export async function readTextFile(path: string, action: string): Promise<string | undefined> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const facts = await file.stat();
    if (!facts.isFile()) {
      throw new AppImageError('io', `${action}: expected a regular file, found something else at ${path}`, { path });
    }
    if (facts.size > MAXIMUM_SIZE) {
      throw new AppImageError('limit', `${action}: it must have at most ${MAXIMUM_SIZE} bytes, found ${facts.size}`, {
        path,
      });
    }
    return await file.readFile('utf8');
  } catch (cause) {
    if (cause instanceof AppImageError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw ioError(action, path, cause);
  }
}
