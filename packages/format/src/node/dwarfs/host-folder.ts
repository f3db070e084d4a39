import { type BigIntStats, constants } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { type ImageLimits, resolveLimits } from '../../filesystem/image-limits.ts';
import { describePath, joinPath, limitReached, notFound, wrongType } from '../../filesystem/path-errors.ts';
import type {
  FileEntry,
  FileRange,
  FileStat,
  FileType,
  ReadonlyFileSystem,
  WalkOptions,
} from '../../filesystem/readonly-file-system.ts';
import { walkTree } from '../../filesystem/walk-tree.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import { decodeFileName, encodeFileName } from '../../io/file-name.ts';
import { ioError } from '../io-error.ts';

const PIECE = 262_144;

/** A folder of the host, where an image is mounted, as a file system. Nothing of it may change; no symlink is followed. */
export class HostFolder implements ReadonlyFileSystem {
  readonly #folder: string;
  readonly #limits: Required<ImageLimits>;

  constructor(folder: string, limits?: ImageLimits) {
    this.#folder = folder;
    this.#limits = resolveLimits(limits);
  }

  async stat(file: string | FileEntry, options?: ReadOptions): Promise<FileStat> {
    return (await this.#resolve(file, options)).stat;
  }

  async readDirectory(file: string | FileEntry, options?: ReadOptions): Promise<FileEntry[]> {
    const entry = await this.#expect(file, 'directory', options);
    const names = await this.#attempt(entry.path, () => readdir(this.#locate(entry.path), { encoding: 'buffer' }));
    const entries: FileEntry[] = [];
    let length = 0;
    for (const name of names) {
      length += name.length + 1;
      if (length > this.#limits.listingLength) {
        throw limitReached('bytes of a listing', this.#limits.listingLength, entry.path);
      }
      entries.push(await this.#entry(joinPath(entry.path, decodeFileName(name)), options));
    }
    return entries;
  }

  async readLink(file: string | FileEntry, options?: ReadOptions): Promise<string> {
    const { path } = await this.#expect(file, 'symlink', options);
    const target = await this.#attempt(path, () => readlink(this.#locate(path), { encoding: 'buffer' }));
    return decodeFileName(target);
  }

  async *readFile(file: string | FileEntry, range: FileRange = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const { path, stat } = await this.#expect(file, 'file', range);
    const { start = 0, end = stat.size, signal } = range;
    const isOrdered = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end;
    if (!isOrdered || end > stat.size) {
      throw new RangeError(`Cannot read file: range must lie within ${stat.size} bytes, found ${start} to ${end}`);
    }
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW;
    const handle = await this.#attempt(path, () => open(this.#locate(path), flags));
    try {
      for (let position = start; position < end; ) {
        signal?.throwIfAborted();
        const piece = new Uint8Array(Math.min(PIECE, end - position));
        const { bytesRead } = await this.#attempt(path, () => handle.read(piece, 0, piece.length, position));
        if (bytesRead === 0) throw ioError(`Cannot read ${describePath(path)}`, path, 'it ends too early');
        position += bytesRead;
        yield piece.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  }

  /** None: Node has no function for them, and DwarFS does not keep them. */
  async readXattrs(file: string | FileEntry, options?: ReadOptions): Promise<ReadonlyMap<string, Uint8Array>> {
    await this.#resolve(file, options);
    return new Map();
  }

  async *walk({ from = '', ...options }: WalkOptions = {}): AsyncGenerator<FileEntry, void, undefined> {
    yield* walkTree({ files: this, limits: this.#limits }, await this.#resolve(from, options), options);
  }

  async #expect(file: string | FileEntry, type: FileType, options?: ReadOptions): Promise<FileEntry> {
    const entry = await this.#resolve(file, options);
    if (entry.stat.type !== type) throw wrongType(entry, type);
    return entry;
  }

  /** Name by name, so that no symlink in between is followed. */
  async #resolve(file: string | FileEntry, options?: ReadOptions): Promise<FileEntry> {
    let entry = await this.#entry('', options);
    for (const name of (typeof file === 'string' ? file : file.path).split('/')) {
      if (name === '' || name === '.') continue;
      if (entry.stat.type !== 'directory') throw wrongType(entry, 'directory');
      const path = joinPath(entry.path, name);
      if (name === '..' || name.includes('\0')) throw notFound(path);
      entry = await this.#entry(path, options);
    }
    return entry;
  }

  async #entry(path: string, { signal }: ReadOptions = {}): Promise<FileEntry> {
    signal?.throwIfAborted();
    return { path, stat: statOf(await this.#attempt(path, () => lstat(this.#locate(path), { bigint: true }))) };
  }

  async #attempt<Result>(path: string, action: () => Promise<Result>): Promise<Result> {
    try {
      return await action();
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw notFound(path);
      throw ioError(`Cannot read ${describePath(path)}`, path, cause);
    }
  }

  #locate(path: string): Buffer {
    return Buffer.concat([Buffer.from(`${this.#folder}/`), encodeFileName(path)]);
  }
}

function statOf(stat: BigIntStats): FileStat {
  const type = typeOf(stat);
  const hasSize = type === 'file' || type === 'symlink';
  const common = {
    type,
    mode: Number(stat.mode & 0o7777n),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    mtime: Math.floor(Number(stat.mtimeMs) / 1000),
    size: hasSize ? Number(stat.size) : 0,
    inode: Number(stat.ino),
    links: Number(stat.nlink),
  };
  return stat.isBlockDevice() || stat.isCharacterDevice() ? { ...common, device: deviceOf(stat.rdev) } : common;
}

function typeOf(stat: BigIntStats): FileType {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  if (stat.isSymbolicLink()) return 'symlink';
  if (stat.isBlockDevice()) return 'block-device';
  if (stat.isCharacterDevice()) return 'character-device';
  return stat.isFIFO() ? 'fifo' : 'socket';
}

/** As `makedev` of glibc packs them. */
function deviceOf(rdev: bigint): { readonly major: number; readonly minor: number } {
  const major = ((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & 0xffff_f000n);
  const minor = (rdev & 0xffn) | ((rdev >> 12n) & 0xffff_ff00n);
  return { major: Number(major), minor: Number(minor) };
}
