import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppImageError, decodeFileName } from '@appimage-js/format';
import type { BuildOptions } from '../build-options.ts';
import { type AppDir, resolveFile } from '../inspect/app-dir.ts';
import { diskError, type LocalFiles } from '../inspect/local-file.ts';
import { showPath } from '../show-path.ts';

/** A pattern, and where it was written. */
export interface ExcludeRule {
  /** As in a `.gitignore`. */
  readonly pattern: string;
  /** Such as `.appimageignore, line 3`. */
  readonly source: string;
}

/** In the root of the AppDir. */
export const IGNORE_FILE = '.appimageignore';
const MAXIMUM_SIZE = 1024 * 1024;

/**
 * Reads what is to be left out: the AppDir's own `.appimageignore`, then the file that was named, then single patterns. Where
 * several match, the last one counts.
 *
 * @throws AppImageError `not-found` or another code of the file's where the named one can not be read, `limit` for one that is too large
 */
export function readExcludeRules(
  appDir: AppDir,
  files: LocalFiles,
  { exclude = [], excludeFile }: Pick<BuildOptions, 'exclude' | 'excludeFile'>,
): ExcludeRule[] {
  const own = resolveFile(appDir, IGNORE_FILE)?.file;
  if (own !== undefined) checkSize(`${appDir.path}/${IGNORE_FILE}`, own.size);
  return [
    ...(own === undefined ? [] : linesOf(files.readStart(own, own.size), IGNORE_FILE)),
    ...(excludeFile === undefined ? [] : linesOf(readNamedFile(resolve(excludeFile)), showPath(excludeFile))),
    ...exclude.map((pattern) => ({ pattern, source: 'the option exclude' })),
  ];
}

function readNamedFile(path: string): Uint8Array {
  try {
    const bytes = readAtMost(path, MAXIMUM_SIZE + 1);
    checkSize(path, bytes.length);
    return bytes;
  } catch (cause) {
    if (cause instanceof AppImageError) throw cause;
    throw diskError('Cannot read patterns', path, cause);
  }
}

/** A pipe, as a shell hands one over, does not say how long it is, and a device has no end. */
function readAtMost(path: string, length: number): Uint8Array {
  const descriptor = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const count = readSync(descriptor, bytes, filled, length - filled, null);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(descriptor);
  }
}

function checkSize(path: string, size: number): void {
  if (size <= MAXIMUM_SIZE) return;
  const message = `Cannot read patterns ${showPath(path)}: the file must have at most ${MAXIMUM_SIZE} bytes, found more`;
  throw new AppImageError('limit', message, { path });
}

function linesOf(bytes: Uint8Array, source: string): ExcludeRule[] {
  return decodeFileName(bytes)
    .split(/\r?\n/)
    .map((pattern, index) => ({ pattern, source: `${source}, line ${index + 1}` }))
    .filter(({ pattern }) => pattern.trim() !== '' && !pattern.startsWith('#'));
}
