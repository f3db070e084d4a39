import {
  chmodSync,
  closeSync,
  fchmodSync,
  ftruncateSync,
  futimesSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { AppImageError } from '../../errors.ts';
import type { FileEntry, FileType } from '../../filesystem/readonly-file-system.ts';
import { encodeFileName } from '../../io/file-name.ts';
import { isAllZeros } from '../../io/is-all-zeros.ts';
import { ioError } from '../file-source.ts';

/** Permissions without setuid, setgid and sticky, which nobody should get from a file that came from elsewhere. */
const PERMISSIONS = 0o777;

/** Pieces below this length are not worth a hole. */
const SMALLEST_HOLE = 4096;

/** Mode and time that a directory gets once everything is in it. */
interface DirectoryFinish {
  readonly mode: number;
  readonly mtime: number;
}

/**
 * Makes files below a directory that nobody else knows of yet. Everything is created and nothing opened, so a name that
 * an image has twice fails instead of being followed.
 *
 * The calls are synchronous: the thread pool, which they would queue in, is busy with decompressing.
 */
export class TreeWriter {
  readonly #root: string;
  readonly #umask = process.umask();
  readonly #directories = new Map<string, DirectoryFinish>();
  readonly #linked = new Map<number, string>();
  readonly skipped: { path: string; type: FileType }[] = [];
  files = 0;
  bytes = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** Writes a regular file, or makes a link where the same file has another name already. */
  async writeFile(entry: FileEntry, content: AsyncIterable<Uint8Array>): Promise<void> {
    const { path, stat } = entry;
    checkPath(path);
    this.#makeParents(path);
    const known = stat.links > 1 ? this.#linked.get(stat.inode) : undefined;
    if (known !== undefined) {
      this.#attempt(path, () => linkSync(this.#locate(known), this.#locate(path)));
      this.files += 1;
      return;
    }
    const mode = stat.mode & PERMISSIONS;
    const descriptor = this.#attempt(path, () => openSync(this.#locate(path), 'wx', mode));
    if (stat.links > 1) this.#linked.set(stat.inode, path);
    try {
      await this.#writeContent(descriptor, path, content);
      this.#attempt(path, () => {
        if ((mode & ~this.#umask) !== mode) fchmodSync(descriptor, mode);
        futimesSync(descriptor, stat.mtime, stat.mtime);
      });
    } finally {
      closeSync(descriptor);
    }
    this.files += 1;
  }

  /** Makes a symlink; where it points to is not looked at. */
  writeSymlink({ path, stat }: FileEntry, target: string): void {
    checkPath(path);
    this.#makeParents(path);
    this.#attempt(path, () => {
      symlinkSync(toOsPath(target), this.#locate(path));
      lutimesSync(this.#locate(path), stat.mtime, stat.mtime);
    });
    this.files += 1;
  }

  /** Makes a directory; notes what is left out. */
  writeOther({ path, stat }: FileEntry): void {
    checkPath(path);
    if (stat.type !== 'directory') {
      this.skipped.push({ path, type: stat.type });
      return;
    }
    this.#makeParents(path);
    this.#makeDirectory(path);
    this.#directories.set(path, { mode: stat.mode & PERMISSIONS, mtime: stat.mtime });
  }

  /** Gives the directories their modes and times, the innermost first; until now they had to be writable. */
  finishDirectories(root: DirectoryFinish): void {
    for (const [path, { mode, mtime }] of [...this.#directories].reverse()) this.#finishDirectory(path, mode, mtime);
    this.#finishDirectory('', root.mode & PERMISSIONS, root.mtime);
  }

  /** Makes the directories writable again, as far as they are there, so that they can be removed. */
  unlockDirectories(): void {
    for (const path of ['', ...this.#directories.keys()]) {
      try {
        chmodSync(this.#locate(path), 0o700);
      } catch {
        // Without this directory there is nothing to remove in it.
      }
    }
  }

  async #writeContent(descriptor: number, path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    let position = 0;
    let end = 0;
    for await (const piece of content) {
      if (piece.length < SMALLEST_HOLE || !isAllZeros(piece)) {
        const at = position;
        this.#attempt(path, () => writeFully(descriptor, piece, at));
        end = position + piece.length;
      }
      position += piece.length;
      this.bytes += piece.length;
    }
    if (end < position) this.#attempt(path, () => ftruncateSync(descriptor, position));
  }

  /** Directories that the filter left out, or that come later in the image, are made with ordinary modes. */
  #makeParents(path: string): void {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    if (parent === '' || this.#directories.has(parent)) return;
    this.#makeParents(parent);
    this.#makeDirectory(parent);
    this.#directories.set(parent, { mode: PERMISSIONS & ~this.#umask, mtime: Math.floor(Date.now() / 1000) });
  }

  #makeDirectory(path: string): void {
    this.#attempt(path, () => mkdirSync(this.#locate(path), 0o700));
  }

  #finishDirectory(path: string, mode: number, mtime: number): void {
    this.#attempt(path, () => {
      chmodSync(this.#locate(path), mode);
      utimesSync(this.#locate(path), mtime, mtime);
    });
  }

  #locate(path: string): string | Buffer {
    return toOsPath(path === '' ? this.#root : `${this.#root}/${path}`);
  }

  #attempt<Result>(path: string, action: () => Result): Result {
    try {
      return action();
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw nameTwice(path, cause);
      throw ioError(`Cannot extract ${JSON.stringify(path)}`, path, cause);
    }
  }
}

/** Readers refuse such names themselves; here is where they would do harm. */
function checkPath(path: string): void {
  const bad = path.split('/').some((name) => name === '' || name === '.' || name === '..' || name.includes('\0'));
  if (!bad) return;
  const message = `Cannot extract ${JSON.stringify(path)}: a name must not be empty, ".", ".." or contain NUL`;
  throw new AppImageError('malformed', message, { path });
}

function nameTwice(path: string, cause: unknown): AppImageError {
  const message = `Cannot extract ${JSON.stringify(path)}: its name must be met once, found again`;
  return new AppImageError('malformed', message, { path, cause });
}

function writeFully(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, position + written);
  }
}

/** Names that are not UTF-8 go to the system as the bytes that they are. */
function toOsPath(path: string): string | Buffer {
  return path.isWellFormed() ? path : Buffer.from(encodeFileName(path));
}
