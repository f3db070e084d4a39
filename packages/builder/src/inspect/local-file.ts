/*
 * Files are read synchronously. A read from the page cache takes microseconds, a turn through the thread pool, on which
 * the compressor runs as well, takes longer than most files of an application.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import {
  AppImageError,
  type AppImageErrorCode,
  type ByteSource,
  type ContentReadOptions,
  encodeFileName,
  type FileContent,
} from '@appimage-js/format';
import { systemReason } from '@appimage-js/format/node';
import { showPath } from '../show-path.ts';
import type { AppDir, AppDirFile, FileVersion } from './app-dir.ts';

/** A file that became a link or a pipe after it was inspected is an error, not followed and not waited for. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** After so many bytes the event loop gets a turn: for signals, timers, and blocks that were compressed meanwhile. */
const BYTES_PER_TURN = 4 * 1024 * 1024;
/** What opening a file counts for, in bytes. */
const COST_OF_OPENING = 16 * 1024;

const CODES: ReadonlyMap<unknown, AppImageErrorCode> = new Map([
  ['ENOENT', 'not-found'],
  ['ENOTDIR', 'not-found'],
  ['EACCES', 'not-permitted'],
  ['EPERM', 'not-permitted'],
  ['EROFS', 'not-permitted'],
]);

/** A path for the functions of `node:fs`: a string, or bytes where it is not UTF-8. */
export function diskPath(path: string): string | Buffer {
  return path.isWellFormed() ? path : Buffer.from(encodeFileName(path));
}

/** What {@link FileVersion} keeps of a file's state. */
export function fileVersion({ dev, ino, size, mtimeMs, ctimeMs }: Stats): FileVersion {
  return { dev, ino, size, mtimeMs, ctimeMs };
}

/** Makes an error of the operating system speak of the file, and tells what is missing and forbidden from what is broken. */
export function diskError(action: string, path: string, cause: unknown): AppImageError {
  const code = CODES.get(errnoOf(cause)) ?? 'io';
  return new AppImageError(code, `${action} ${showPath(path)}: ${systemReason(cause)}`, { path, cause });
}

/** Gives out the contents of files of one AppDir. */
export class LocalFiles {
  readonly #appDir: AppDir;
  #spent = 0;
  #shared = Buffer.alloc(0);

  constructor(appDir: AppDir) {
    this.#appDir = appDir;
  }

  /**
   * The content of a file, which is read when it is asked for.
   *
   * The last piece is handed out only after the file has been found to be what it was when the AppDir was inspected.
   */
  content(file: AppDirFile): FileContent {
    const { size } = file;
    return { size, read: (pieceLength, options = {}) => this.#read(file, pieceLength, options) };
  }

  /** The first bytes of a file: `length` of them, or all if there are fewer. */
  readStart(file: AppDirFile, length: number): Uint8Array {
    const descriptor = this.#open(file);
    try {
      const bytes = Buffer.allocUnsafeSlow(Math.min(length, file.size));
      this.#fill(descriptor, file, bytes);
      return bytes;
    } finally {
      closeSync(descriptor);
    }
  }

  /** The file for readers that look here and there; it is opened for each read. */
  source(file: AppDirFile): ByteSource {
    return { size: file.size, read: async (offset, length) => this.#readAt(file, offset, length) };
  }

  #readAt(file: AppDirFile, offset: number, length: number): Uint8Array {
    if (offset < 0 || length < 0 || offset + length > file.size) {
      const path = this.#pathOf(file);
      const message = `Cannot read ${showPath(path)}: range must end within ${file.size} bytes, found ${length} at ${offset}`;
      throw new AppImageError('out-of-bounds', message, { path, offset });
    }
    const descriptor = this.#open(file);
    try {
      const bytes = Buffer.allocUnsafeSlow(length);
      this.#fill(descriptor, file, bytes, offset);
      return bytes;
    } finally {
      closeSync(descriptor);
    }
  }

  async *#read(
    file: AppDirFile,
    pieceLength: number,
    { signal, copied = false }: ContentReadOptions,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const descriptor = this.#open(file);
    try {
      await this.#takeTurns(COST_OF_OPENING);
      if (file.size === 0) this.#checkUnchanged(descriptor, file);
      for (let offset = 0; offset < file.size; offset += pieceLength) {
        signal?.throwIfAborted();
        const length = Math.min(pieceLength, file.size - offset);
        const piece = copied ? this.#sharedMemory(length) : Buffer.allocUnsafeSlow(length);
        this.#fill(descriptor, file, piece);
        await this.#takeTurns(piece.length);
        if (offset + pieceLength >= file.size) this.#checkUnchanged(descriptor, file);
        yield piece;
      }
    } finally {
      closeSync(descriptor);
    }
  }

  /** The same memory each time: new memory for each of thousands of small files is work for the garbage collector. */
  #sharedMemory(length: number): Buffer {
    if (this.#shared.length < length) this.#shared = Buffer.allocUnsafeSlow(length);
    return this.#shared.subarray(0, length);
  }

  #open(file: AppDirFile): number {
    const path = this.#pathOf(file);
    try {
      return openSync(diskPath(path), OPEN_FLAGS);
    } catch (cause) {
      const errno = errnoOf(cause);
      if (errno === 'ENOENT' || errno === 'ENOTDIR') throw this.#changed(file, 'it was removed', cause);
      if (errno === 'ELOOP' || errno === 'ENXIO') throw this.#changed(file, 'it is no regular file any more', cause);
      throw diskError('Cannot read', path, cause);
    }
  }

  /** From `offset` on or, without one, from where the last read has ended. */
  #fill(descriptor: number, file: AppDirFile, buffer: Buffer, offset?: number): void {
    for (let filled = 0; filled < buffer.length; ) {
      const position = offset === undefined ? null : offset + filled;
      const count = this.#readSome(descriptor, file, buffer, { filled, position });
      if (count === 0) throw this.#changed(file, 'it became shorter');
      filled += count;
    }
  }

  #readSome(
    descriptor: number,
    file: AppDirFile,
    buffer: Buffer,
    { filled, position }: { readonly filled: number; readonly position: number | null },
  ): number {
    try {
      return readSync(descriptor, buffer, filled, buffer.length - filled, position);
    } catch (cause) {
      throw diskError('Cannot read', this.#pathOf(file), cause);
    }
  }

  #checkUnchanged(descriptor: number, file: AppDirFile): void {
    const now = fileVersion(fstatSync(descriptor));
    const before = file.version;
    if (now.dev !== before.dev || now.ino !== before.ino) throw this.#changed(file, 'another file took its place');
    if (now.size !== before.size) throw this.#changed(file, `its size became ${now.size} bytes, from ${before.size}`);
    if (now.mtimeMs !== before.mtimeMs || now.ctimeMs !== before.ctimeMs)
      throw this.#changed(file, 'it was written to');
  }

  #changed(file: AppDirFile, how: string, cause?: unknown): AppImageError {
    const path = this.#pathOf(file);
    return new AppImageError('io', `Cannot pack ${showPath(path)}: the file changed during the build, ${how}`, {
      path,
      cause,
    });
  }

  #pathOf(file: AppDirFile): string {
    return `${this.#appDir.path}/${file.path}`;
  }

  async #takeTurns(cost: number): Promise<void> {
    this.#spent += cost;
    if (this.#spent < BYTES_PER_TURN) return;
    this.#spent = 0;
    await setImmediate();
  }
}

function errnoOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}
