import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { getSystemErrorMessage } from 'node:util';
import { AppImageError } from '../errors.ts';
import { type ClosableByteSource, checkRange } from '../io/byte-source.ts';

/** Does not wait for the other end of a FIFO, which is refused afterwards. Windows has no such flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file on disk as a source. Its size is what it is now: a file that shrinks later fails to read.
 *
 * @throws AppImageError `io` when the file can not be opened or is not a regular file
 */
export async function openFileSource(path: string | Uint8Array): Promise<ClosableByteSource> {
  const name = typeof path === 'string' ? path : new TextDecoder().decode(path);
  const handle = await open(typeof path === 'string' ? path : Buffer.from(path), FLAGS).catch((cause: unknown) => {
    throw ioError(`Cannot open ${name}`, name, cause);
  });
  try {
    const stat = await handle.stat();
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

/** Why the system refused, in words for those who know no error codes, and what to do where that is not obvious. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EBUSY', 'it is in use'],
  ['EEXIST', 'something of that name is there already'],
  ['EISDIR', 'it is a directory'],
  ['ELOOP', 'too many symlinks have to be followed'],
  ['EMFILE', 'too many files are open; allow more of them (ulimit -n)'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['ENOENT', 'there is no such file or directory'],
  ['ENOSPC', 'the disk is full; make room or choose another place'],
  ['ENOTDIR', 'a part of the path is no directory'],
  ['EPERM', 'the system does not permit it'],
  ['EROFS', 'the file system can only be read; choose another place'],
]);

/** Wraps an error of the operating system; its reason, and the system's code for it, end the message. */
export function ioError(action: string, path: string, cause: unknown): AppImageError {
  return new AppImageError('io', `${action}: ${reasonOf(cause)}`, { path, cause });
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { code, errno, message }: NodeJS.ErrnoException = cause;
  if (code === undefined || errno === undefined) return message;
  return `${REASONS.get(code) ?? getSystemErrorMessage(errno) ?? message} (${code})`;
}
