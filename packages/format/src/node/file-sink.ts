import { type FileHandle, open } from 'node:fs/promises';
import type { ByteSink } from '../io/byte-sink.ts';
import { ioError } from './io-error.ts';

/** A sink that holds a file until it is closed. */
export interface FileSink extends ByteSink, AsyncDisposable {
  /** Forces what was written to the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Options of {@link openFileSink}. */
export interface FileSinkOptions {
  /** What happens to a file that is there: `fail` (the default), be emptied, or be kept and patched. */
  readonly existing?: 'fail' | 'truncate' | 'patch';
  /** Permission bits of a new file, before the umask. Default 0o666. */
  readonly mode?: number;
}

const FLAGS = { fail: 'wx', truncate: 'w', patch: 'r+' } as const;

/**
 * Opens a file on disk as a sink.
 *
 * @throws AppImageError `io` when the file can not be opened; each write throws it, too, as when the disk is full
 */
export async function openFileSink(
  path: string,
  { existing = 'fail', mode = 0o666 }: FileSinkOptions = {},
): Promise<FileSink> {
  const handle = await open(path, FLAGS[existing], mode).catch((cause: unknown) => {
    throw ioError(`Cannot create ${path}`, path, cause);
  });
  const failed = (cause: unknown): never => {
    throw ioError(`Cannot write ${path}`, path, cause);
  };
  const close = () => handle.close().catch(failed);
  return {
    write: (offset, bytes) => writeFully(handle, offset, bytes, path),
    sync: () => handle.sync().catch(failed),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function writeFully(handle: FileHandle, offset: number, bytes: Uint8Array, path: string): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await handle
      .write(bytes, written, bytes.length - written, offset + written)
      .catch((cause: unknown) => {
        throw ioError(`Cannot write ${path}`, path, cause);
      });
    written += bytesWritten;
  }
}
