/*
 * A directory on disk, read as images are. Calls are synchronous: each takes microseconds, and a turn through the thread pool
 * several times that.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import {
  AppImageError,
  decodeFileName,
  type FileEntry,
  type FileRange,
  type FileStat,
  type FileType,
  type ReadOptions,
  type ReadonlyFileSystem,
  type WalkOptions,
} from '@appimage-js/format';
import { diskError, diskPath } from '../../inspect/local-file.ts';

const PIECE_LENGTH = 1_048_576;
/** After so many calls the event loop gets a turn, so that a signal can stop the work. */
const CALLS_PER_TURN = 500;
/** What became a link or a pipe meanwhile is neither followed nor waited for. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** An AppDir on disk. What its symlinks lead to is looked up by `resolvePath`, within the directory, as in an image. */
export class LocalFileSystem implements ReadonlyFileSystem {
  readonly #root: string;
  readonly #inodes = new Map<string, number>();
  #calls = 0;

  /** `root` is the real path of a directory. */
  constructor(root: string) {
    this.#root = root;
  }

  async stat(file: string | FileEntry, options?: ReadOptions): Promise<FileStat> {
    await this.#takeTurn(options);
    return typeof file === 'string' ? this.#stat(normalPath(file)) : file.stat;
  }

  async readDirectory(file: string | FileEntry, options?: ReadOptions): Promise<FileEntry[]> {
    await this.#takeTurn(options);
    const path = pathOf(file);
    const names = this.#try(path, (onDisk) => readdirSync(onDisk, { encoding: 'buffer' }).map(decodeFileName));
    const sorted = names.sort();
    return sorted.map((name) => {
      const child = path === '' ? name : `${path}/${name}`;
      return { path: child, stat: this.#stat(child) };
    });
  }

  async readLink(file: string | FileEntry, options?: ReadOptions): Promise<string> {
    await this.#takeTurn(options);
    return this.#try(pathOf(file), (onDisk) => decodeFileName(readlinkSync(onDisk, { encoding: 'buffer' })));
  }

  async *readFile(file: string | FileEntry, range: FileRange = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const path = pathOf(file);
    const { signal } = range;
    await this.#takeTurn({ signal });
    const descriptor = this.#try(path, (onDisk) => openSync(onDisk, OPEN_FLAGS));
    try {
      const { size } = fstatSync(descriptor);
      const { start = 0, end = typeof file === 'string' ? size : file.stat.size } = range;
      for (let offset = start; offset < end; ) {
        const piece = new Uint8Array(Math.min(PIECE_LENGTH, end - offset));
        const count = this.#try(path, () => readSync(descriptor, piece, 0, piece.length, offset));
        if (count === 0) throw becameShorter(path);
        yield piece.subarray(0, count);
        offset += count;
        if (offset < end) await this.#takeTurn({ signal }, CALLS_PER_TURN / 4);
      }
    } finally {
      closeSync(descriptor);
    }
  }

  /** Attributes on disk stay there, as no builder packs them unless asked to. */
  async readXattrs(): Promise<ReadonlyMap<string, Uint8Array>> {
    return new Map();
  }

  async *walk({ from = '', signal }: WalkOptions = {}): AsyncGenerator<FileEntry, void, undefined> {
    for (const entry of await this.readDirectory(from, { signal })) {
      yield entry;
      if (entry.stat.type === 'directory') yield* this.walk({ from: entry.path, signal });
    }
  }

  #stat(path: string): FileStat {
    const stats = this.#try(path, (onDisk) => lstatSync(onDisk));
    const { mode, uid, gid, mtimeMs, size, nlink } = stats;
    const type = fileType(stats);
    return {
      type,
      mode: mode & 0o7777,
      uid,
      gid,
      mtime: Math.floor(mtimeMs / 1000),
      size: type === 'file' || type === 'symlink' ? size : 0,
      inode: this.#inode(stats),
      links: nlink,
    };
  }

  /** A tree may lie on several file systems, which number their files alike. */
  #inode({ dev, ino }: Stats): number {
    const key = `${dev}:${ino}`;
    const known = this.#inodes.get(key) ?? this.#inodes.size + 1;
    this.#inodes.set(key, known);
    return known;
  }

  #try<Result>(path: string, work: (onDisk: string | Buffer) => Result): Result {
    try {
      return work(diskPath(`${this.#root}/${path}`));
    } catch (cause) {
      throw unreadable(path === '' ? this.#root : path, path, cause);
    }
  }

  async #takeTurn({ signal }: ReadOptions = {}, cost = 1): Promise<void> {
    this.#calls += cost;
    if (this.#calls < CALLS_PER_TURN) return;
    this.#calls = 0;
    await setImmediate();
    signal?.throwIfAborted();
  }
}

function pathOf(file: string | FileEntry): string {
  return typeof file === 'string' ? normalPath(file) : file.path;
}

function normalPath(path: string): string {
  return path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .join('/');
}

function fileType(stats: Stats): FileType {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isBlockDevice()) return 'block-device';
  if (stats.isCharacterDevice()) return 'character-device';
  return stats.isFIFO() ? 'fifo' : 'socket';
}

/** Named by its path in the AppDir, as findings are. */
function unreadable(shown: string, path: string, cause: unknown): AppImageError {
  const { code, message } = diskError('Cannot read', shown, cause);
  return new AppImageError(code, message, { path, cause });
}

function becameShorter(path: string): AppImageError {
  return new AppImageError('malformed', `Cannot read ${JSON.stringify(path)}: it became shorter meanwhile`, { path });
}
