import { chmodSync, linkSync, lutimesSync, mkdirSync, symlinkSync, utimesSync } from 'node:fs';
import { AppImageError } from '../../errors.ts';
import { describePath } from '../../filesystem/path-errors.ts';
import type { FileEntry, FileType } from '../../filesystem/readonly-file-system.ts';
import { PERMISSIONS } from './content-writer.ts';
import { attempt, type ExtractPlace } from './extract-errors.ts';
import type { ExtractionTally } from './extraction-limits.ts';
import { nameProblem } from './name-rules.ts';
import { toOsPath } from './os-path.ts';

/** Paths in which a name is empty, "." or "..", or has a NUL. */
const SUSPICIOUS = /(?:^|\/)\.{0,2}(?:\/|$)|\0/;

/** Mode and time that a directory gets once everything is in it. */
interface DirectoryFinish {
  readonly mode: number;
  readonly mtime: number;
}

/** What a {@link TreeWriter} works with. */
export interface TreeWriterOptions {
  /** The directory in which the tree is made. */
  readonly root: string;
  readonly umask: number;
  readonly tally: ExtractionTally;
}

/**
 * Makes everything but the contents of files below a directory that nobody else knows of yet. Everything is created and nothing
 * opened, so a name that an image has twice fails instead of being followed.
 */
export class TreeWriter {
  readonly #options: TreeWriterOptions;
  readonly #directories = new Map<string, DirectoryFinish>();
  readonly #firstNames = new Map<number, string>();
  readonly #links: { readonly path: string; readonly first: string }[] = [];
  readonly skipped: { path: string; type: FileType }[] = [];

  constructor(options: TreeWriterOptions) {
    this.#options = options;
  }

  /**
   * Prepares the place of a regular file. Answers whether its content is to be written there: a file that has another name already
   * becomes a link to that.
   */
  placeFile({ path, stat }: FileEntry): boolean {
    this.#prepare(path);
    if (stat.links <= 1) return true;
    const first = this.#firstNames.get(stat.inode);
    if (first === undefined) this.#firstNames.set(stat.inode, path);
    else this.#links.push({ path, first });
    return first === undefined;
  }

  /** Makes a symlink; where it points to is not looked at. */
  writeSymlink({ path, stat }: FileEntry, target: string): void {
    this.#prepare(path);
    attempt(this.#place(path), () => {
      symlinkSync(toOsPath(target), this.#locate(path));
      lutimesSync(this.#locate(path), stat.mtime, stat.mtime);
    });
    this.#options.tally.files += 1;
  }

  /** Makes a directory; notes what is left out. */
  writeOther({ path, stat }: FileEntry): void {
    if (stat.type !== 'directory') {
      checkPath(path);
      this.skipped.push({ path, type: stat.type });
      return;
    }
    this.#prepare(path);
    this.#makeDirectory(path);
    this.#directories.set(path, { mode: stat.mode & PERMISSIONS, mtime: stat.mtime });
  }

  /** Makes the hard links, when the files that they lead to are there. */
  finishLinks(): void {
    for (const { path, first } of this.#links) {
      attempt(this.#place(path), () => linkSync(this.#locate(first), this.#locate(path)));
      this.#options.tally.files += 1;
    }
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

  #prepare(path: string): void {
    checkPath(path);
    this.#options.tally.countEntry(path);
    this.#makeParents(path);
  }

  /** Directories that the filter left out, or that come later in the image, are made with ordinary modes. */
  #makeParents(path: string): void {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    if (parent === '' || this.#directories.has(parent)) return;
    this.#makeParents(parent);
    this.#options.tally.countEntry(parent);
    this.#makeDirectory(parent);
    const mode = PERMISSIONS & ~this.#options.umask;
    this.#directories.set(parent, { mode, mtime: Math.floor(Date.now() / 1000) });
  }

  #makeDirectory(path: string): void {
    attempt(this.#place(path), () => mkdirSync(this.#locate(path), 0o700));
  }

  #finishDirectory(path: string, mode: number, mtime: number): void {
    attempt(this.#place(path), () => {
      chmodSync(this.#locate(path), mode);
      utimesSync(this.#locate(path), mtime, mtime);
    });
  }

  #place(path: string): ExtractPlace {
    return { root: this.#options.root, path };
  }

  #locate(path: string): string | Buffer {
    const { root } = this.#options;
    return toOsPath(path === '' ? root : `${root}/${path}`);
  }
}

/** Readers refuse names that lead elsewhere by themselves; here is where they would do harm. */
function checkPath(path: string): void {
  if (process.platform !== 'win32' && !SUSPICIOUS.test(path)) return;
  for (const name of path.split('/')) {
    const problem = nameProblem(name, process.platform);
    if (problem === undefined) continue;
    const code = nameProblem(name, 'linux') === undefined ? 'unsupported' : 'malformed';
    throw new AppImageError(code, `Cannot extract ${describePath(path)}: ${problem}, found ${JSON.stringify(name)}`, {
      path,
    });
  }
}
