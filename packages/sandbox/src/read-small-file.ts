import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { AppImageError } from '@appimage-js/format';

/**
 * Reads a file that somebody else may have put there: no device, no pipe that waits for a writer, and no more than is asked for.
 *
 * @param maximum bytes; what follows them is left out
 * @throws AppImageError `malformed` for what is no file; an error of the system where it can not be opened
 */
export async function readSmallFile(path: string, maximum: number): Promise<Uint8Array> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const found = await file.stat();
  if (!found.isFile()) throw new AppImageError('malformed', `Cannot read ${path}: it must be a file`, { path });
  const bytes = new Uint8Array(Math.min(maximum, found.size));
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}
