import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppImageError, decodeFileName, type ReadOptions } from '@appimage-js/format';
import { showPath } from '../show-path.ts';
import type { AppDir, AppDirDirectory, AppDirEntry, AppDirFile } from './app-dir.ts';
import { diskError, diskPath, fileVersion } from './local-file.ts';

/** After so many entries the event loop gets a turn. */
const ENTRIES_PER_TURN = 2000;

/** A directory whose entries are being read. */
interface OpenDirectory extends AppDirDirectory {
  readonly entries: Map<string, AppDirEntry>;
}

/**
 * Reads the names, types, times and permissions of everything in a directory. Symlinks are taken as they are, the
 * directory itself may be one.
 *
 * @throws AppImageError `not-found` when there is no such directory, `not-permitted` when a part of it must not be read,
 *   `unsupported` when it holds something else than files, directories and symlinks
 * @throws RangeError for an empty path
 */
export async function readAppDir(path: string, { signal }: ReadOptions = {}): Promise<AppDir> {
  const appDir = await realPathOfDirectory(path);
  const root = directory('', lstatSync(appDir));
  const hardLinks = new Map<string, AppDirFile>();
  const pending: OpenDirectory[] = [root];
  let count = 0;
  for (let parent = pending.pop(); parent !== undefined; parent = pending.pop()) {
    for (const name of namesIn(appDir, parent)) {
      const entry = readEntry(appDir, parent.path === '' ? name : `${parent.path}/${name}`, hardLinks);
      parent.entries.set(name, entry);
      if (isOpenDirectory(entry)) pending.push(entry);
      count += 1;
      if (count % ENTRIES_PER_TURN === 0) await setImmediate();
    }
    signal?.throwIfAborted();
  }
  return { path: appDir, root };
}

async function realPathOfDirectory(path: string): Promise<string> {
  // It would be the working directory, where a script has not set its variable.
  if (path === '') throw new RangeError('Cannot read AppDir: it must be the path of a directory, found ""');
  const absolute = resolve(path);
  try {
    const real = await realpath(absolute);
    if ((await stat(real)).isDirectory()) return real;
  } catch (cause) {
    throw diskError('Cannot read AppDir', absolute, cause);
  }
  throw new AppImageError(
    'not-found',
    `Cannot read AppDir ${showPath(absolute)}: it must be a directory, found something else`,
    {
      path: absolute,
    },
  );
}

function namesIn(appDir: string, { path }: AppDirDirectory): string[] {
  const onDisk = path === '' ? appDir : `${appDir}/${path}`;
  try {
    return readdirSync(diskPath(onDisk), { encoding: 'buffer' }).map(decodeFileName);
  } catch (cause) {
    throw diskError('Cannot read directory', onDisk, cause);
  }
}

function readEntry(appDir: string, path: string, hardLinks: Map<string, AppDirFile>): AppDirEntry {
  const onDisk = diskPath(`${appDir}/${path}`);
  try {
    const stats = lstatSync(onDisk);
    if (stats.isFile()) return stats.nlink > 1 ? hardLink(onDisk, path, stats, hardLinks) : file(path, stats);
    if (stats.isDirectory()) return directory(path, stats);
    if (stats.isSymbolicLink()) {
      const target = decodeFileName(readlinkSync(onDisk, { encoding: 'buffer' }));
      return { type: 'symlink', path, target, mtime: stats.mtimeMs / 1000 };
    }
    throw unsupported(`${appDir}/${path}`, stats);
  } catch (cause) {
    if (cause instanceof AppImageError) throw cause;
    throw diskError('Cannot read', `${appDir}/${path}`, cause);
  }
}

function file(path: string, stats: Stats): AppDirFile {
  const { size, mode, mtimeMs } = stats;
  return { type: 'file', path, size, mode: mode & 0o7777, mtime: mtimeMs / 1000, version: fileVersion(stats) };
}

function directory(path: string, { mode, mtimeMs }: Stats): OpenDirectory {
  return { type: 'directory', path, mode: mode & 0o7777, mtime: mtimeMs / 1000, entries: new Map() };
}

/** The object that stands for the file under its other names, if one was met. */
function hardLink(onDisk: string | Buffer, path: string, stats: Stats, hardLinks: Map<string, AppDirFile>): AppDirFile {
  // Some file systems have inode numbers above 2^53: as doubles, two of them may look alike.
  const { dev, ino } = lstatSync(onDisk, { bigint: true });
  const key = `${dev}:${ino}`;
  const known = hardLinks.get(key);
  if (known !== undefined) return known;
  const first = file(path, stats);
  hardLinks.set(key, first);
  return first;
}

function isOpenDirectory(entry: AppDirEntry): entry is OpenDirectory {
  return entry.type === 'directory';
}

function unsupported(path: string, stats: Stats): AppImageError {
  const kind = stats.isSocket() ? 'socket' : stats.isFIFO() ? 'named pipe' : 'device';
  return new AppImageError(
    'unsupported',
    `Cannot pack ${showPath(path)}: an AppDir may hold files, directories and symlinks, found a ${kind}; remove it`,
    { path },
  );
}
