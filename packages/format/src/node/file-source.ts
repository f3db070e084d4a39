import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { AppImageError } from '../errors.ts';
import { type ClosableByteSource, checkRange, type ReadOptions } from '../io/byte-source.ts';
import { ioError } from './io-error.ts';

/** Does not wait for the other end of a FIFO, which is refused afterwards. Windows has no such flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file on disk as a source. Its size is what it is now: a file that shrinks later fails to read.
 *
 * @throws AppImageError `io` when the file can not be opened or is not a regular file
 */
export async function openFileSource(
  path: string | Uint8Array,
  { signal }: ReadOptions = {},
): Promise<ClosableByteSource> {
  signal?.throwIfAborted();
  const name = typeof path === 'string' ? path : new TextDecoder().decode(path);
  const handle = await open(typeof path === 'string' ? path : Buffer.from(path), FLAGS).catch((cause: unknown) => {
    throw ioError(`Cannot open ${name}`, name, cause);
  });
  try {
    const stat = await handle.stat();
    signal?.throwIfAborted();
    if (!stat.isFile()) {
      throw new AppImageError('io', `Cannot open ${name}: expected a regular file, found something else`, {
        path: name,
      });
    }
    return fileSource(handle, stat.size, name);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function fileSource(handle: FileHandle, size: number, path: string): ClosableByteSource {
  const close = () => handle.close();
  return {
    size,
    file: { descriptor: handle.fd, offset: 0 },
    async read(offset, length, { signal } = {}) {
      signal?.throwIfAborted();
      checkRange(offset, length, size);
      const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
      for (let filled = 0; filled < length; ) {
        const { bytesRead } = await handle
          .read(bytes, filled, length - filled, offset + filled)
          .catch((cause: unknown) => {
            throw ioError(`Cannot read ${path}`, path, cause);
          });
        if (bytesRead === 0) {
          throw new AppImageError('io', `Cannot read ${path}: expected ${size} bytes, found ${offset + filled}`, {
            path,
            offset: offset + filled,
          });
        }
        filled += bytesRead;
      }
      return bytes;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
