import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AppImageError,
  type FileEntry,
  type FileStat,
  type FileType,
  type ReadonlyFileSystem,
} from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';

/** A directory on disk, read as the inside of an image is. Links are not followed. */
export function directoryFiles(root: string): ReadonlyFileSystem {
  const at = (file: string | FileEntry) => join(root, pathOf(file));
  const stat = async (file: string | FileEntry) => {
    if (typeof file !== 'string') return file.stat;
    return toStat(await lstat(at(file)).catch((cause: unknown) => fail(file, cause)));
  };
  const readDirectory = async (file: string | FileEntry): Promise<FileEntry[]> => {
    const folder = pathOf(file);
    const names = await readdir(at(file)).catch((cause: unknown) => fail(folder, cause));
    const paths = names.sort().map((name) => (folder === '' ? name : `${folder}/${name}`));
    return await Promise.all(paths.map(async (path) => ({ path, stat: await stat(path) })));
  };
  return {
    stat,
    readDirectory,
    readLink: async (file) => await readlink(at(file)).catch((cause: unknown) => fail(pathOf(file), cause)),
    async *readFile(file, { start = 0, end = Number.POSITIVE_INFINITY, signal } = {}) {
      if (end > start) yield* createReadStream(at(file), { start, end: end - 1, signal });
    },
    readXattrs: async () => new Map(),
    async *walk({ from = '', signal } = {}) {
      const pending: (string | FileEntry)[] = [from];
      for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
        signal?.throwIfAborted();
        for (const entry of await readDirectory(folder)) {
          yield entry;
          if (entry.stat.type === 'directory') pending.push(entry);
        }
      }
    },
  };
}

function pathOf(file: string | FileEntry): string {
  return (typeof file === 'string' ? file : file.path).replace(/^\//, '');
}

function toStat(stats: Stats): FileStat {
  const { mode, uid, gid, mtimeMs, ino, nlink, size } = stats;
  return {
    type: typeOf(stats),
    mode: mode & 0o7777,
    uid,
    gid,
    mtime: Math.floor(mtimeMs / 1000),
    size: stats.isFile() || stats.isSymbolicLink() ? size : 0,
    inode: ino,
    links: nlink,
  };
}

function typeOf(stats: Stats): FileType {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isFIFO()) return 'fifo';
  if (stats.isSocket()) return 'socket';
  return stats.isBlockDevice() ? 'block-device' : 'character-device';
}

function fail(path: string, cause: unknown): never {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw ioError(`Cannot read ${path}`, path, cause);
  throw new AppImageError('not-found', `Cannot read ${path}: there is no such file`, { path, cause });
}
