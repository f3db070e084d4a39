/*
 * The calls are synchronous: each of them takes microseconds, and a turn through the thread pool, which may be busy with
 * decompressing, takes longer.
 */
import { closeSync, fchmodSync, ftruncateSync, futimesSync, openSync, writeSync } from 'node:fs';
import { isAllZeros } from '../../io/is-all-zeros.ts';
import { toOsPath } from './os-path.ts';

/** What a file is given when its content is there. */
export interface FileFinish {
  /** Permission bits. */
  readonly mode: number;
  readonly mtime: number;
  readonly size: number;
  /** Bytes that were written; where these are fewer, the file has holes, at its end perhaps. */
  readonly written: number;
}

/** Makes a file that must not be there yet, and answers its descriptor. No symlink is followed. */
export function createFile(path: string, mode: number): number {
  return openSync(toOsPath(path), 'wx', mode);
}

/** Writes a part of a file, or leaves a hole for nothing but zeros; answers how many bytes were written. */
export function writePart(descriptor: number, bytes: Uint8Array, position: number): number {
  if (isAllZeros(bytes)) return 0;
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, position + written);
  }
  return bytes.length;
}

/** Gives a file its length, its mode, from which the umask has taken nothing, and its time. */
export function finishFile(descriptor: number, { mode, mtime, size, written }: FileFinish, umask: number): void {
  if (written < size) ftruncateSync(descriptor, size);
  if ((mode & ~umask) !== mode) fchmodSync(descriptor, mode);
  futimesSync(descriptor, mtime, mtime);
}

/** Does something with a file and closes it, whatever happens. */
export function withFile<Result>(descriptor: number, action: (descriptor: number) => Result): Result {
  try {
    return action(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
