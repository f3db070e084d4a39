import { open } from 'node:fs/promises';
import { AppImageError } from '../errors.ts';
import type { ReadOptions } from '../io/byte-source.ts';
import { ioError } from './io-error.ts';

/** What is asked for at first; more once it is full. */
const FIRST_LENGTH = 65_536;

/**
 * Reads a whole file that is to be small, such as a key or a list: a pipe as well, which does not say how long it is, and of a device that
 * has no end no more than the limit.
 *
 * @param maximumSize bytes
 * @throws AppImageError `io`, `limit` for one that is longer
 */
export async function readBoundedFile(
  path: string,
  maximumSize: number,
  { signal }: ReadOptions = {},
): Promise<Uint8Array> {
  try {
    await using file = await open(path);
    let bytes = new Uint8Array(Math.min(FIRST_LENGTH, maximumSize + 1));
    let length = 0;
    while (length <= maximumSize) {
      signal?.throwIfAborted();
      if (length === bytes.length) {
        const longer = new Uint8Array(Math.min(length * 2, maximumSize + 1));
        longer.set(bytes);
        bytes = longer;
      }
      const { bytesRead } = await file.read(bytes, length, bytes.length - length);
      if (bytesRead === 0) return bytes.subarray(0, length);
      length += bytesRead;
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw ioError(`Cannot read ${path}`, path, cause);
  }
  throw new AppImageError('limit', `Cannot read ${path}: it must have at most ${maximumSize} bytes, found more`, {
    path,
  });
}
