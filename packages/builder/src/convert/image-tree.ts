import {
  AppImageError,
  encodeFileName,
  type FileEntry,
  type FileStat,
  type InputBase,
  type InputDirectory,
  type InputNode,
  type ReadOptions,
  type ReadonlyFileSystem,
  walkInRuns,
} from '@appimage-js/format';
import { imageContent } from './file-pieces.ts';

/** What an image's files are for a writer, and what of them no writer can keep. */
export interface ImageTree {
  readonly root: InputDirectory;
  /** Files with extended attributes that are left out. */
  readonly droppedAttributes: number;
  /** Files whose time lies before 1970 or after 2106: they get the nearest that can be written. */
  readonly changedTimes: number;
}

/** The last time that every file system can express. */
const MAXIMUM_TIME = 0xffff_ffff;
const MAXIMUM_NAME_LENGTH = 255;
const MAXIMUM_TARGET_LENGTH = 4095;
const MAXIMUM_MAJOR = 0xfff;
const MAXIMUM_MINOR = 0xf_ffff;

/** The attributes that SquashFS has a place for. */
const KEPT_ATTRIBUTES = /^(?:user|trusted|security)\./;

/** Options of {@link imageTree}. */
export interface ImageTreeOptions extends ReadOptions {
  /** Whether the new file system has a place for extended attributes. */
  readonly keepsAttributes: boolean;
}

/** A directory whose entries are being met. */
interface OpenDirectory extends InputDirectory {
  readonly entries: Map<string, InputNode>;
}

/**
 * Makes the tree for a writer out of the files of an image: names, owners, modes, times, hard links, devices and extended
 * attributes as they are there. Contents are read when the writer asks for them.
 *
 * @throws AppImageError as the image does where it is damaged
 */
export async function imageTree(files: ReadonlyFileSystem, options: ImageTreeOptions): Promise<ImageTree> {
  return await new TreeMaker(files, options).make();
}

class TreeMaker {
  readonly #files: ReadonlyFileSystem;
  readonly #signal: AbortSignal | undefined;
  readonly #keepsAttributes: boolean;
  readonly #directories = new Map<string, OpenDirectory>();
  /** One object for each file, so that hard links stay hard links. */
  readonly #linked = new Map<number, { readonly stat: FileStat; readonly node: InputNode }>();
  #droppedAttributes = 0;
  #changedTimes = 0;

  constructor(files: ReadonlyFileSystem, { signal, keepsAttributes }: ImageTreeOptions) {
    this.#files = files;
    this.#signal = signal;
    this.#keepsAttributes = keepsAttributes;
  }

  async make(): Promise<ImageTree> {
    const signal = this.#signal;
    const root = await this.#directory({ path: '', stat: await this.#files.stat('', { signal }) });
    for await (const run of walkInRuns(this.#files, { signal })) {
      for (const entry of run) await this.#add(entry);
    }
    return { root, droppedAttributes: this.#droppedAttributes, changedTimes: this.#changedTimes };
  }

  async #add(entry: FileEntry): Promise<void> {
    const { path, stat } = entry;
    const slash = path.lastIndexOf('/');
    checkLength(path, 'name', path.slice(slash + 1), MAXIMUM_NAME_LENGTH);
    const parent = this.#directories.get(path.slice(0, Math.max(0, slash)));
    const node = stat.type === 'directory' ? await this.#directory(entry) : await this.#linkedNode(entry);
    parent?.entries.set(path.slice(slash + 1), node);
  }

  async #directory(entry: FileEntry): Promise<OpenDirectory> {
    const directory: OpenDirectory = { type: 'directory', ...(await this.#base(entry)), entries: new Map() };
    this.#directories.set(entry.path, directory);
    return directory;
  }

  /** Some images give files that only share their content one number: these are not the same file. */
  async #linkedNode(entry: FileEntry): Promise<InputNode> {
    const { stat } = entry;
    const known = this.#linked.get(stat.inode);
    if (known !== undefined && isSameFile(known.stat, stat)) return known.node;
    const node = await this.#node(entry);
    if (stat.links > 1) this.#linked.set(stat.inode, { stat, node });
    return node;
  }

  async #node(entry: FileEntry): Promise<InputNode> {
    const { type, device } = entry.stat;
    const base = await this.#base(entry);
    switch (type) {
      case 'file':
        return { type, ...base, content: imageContent(this.#files, entry) };
      case 'symlink':
        return { type, ...base, target: await this.#target(entry) };
      case 'block-device':
      case 'character-device':
        return { type, ...base, device: checkedDevice(entry.path, device) };
      case 'directory':
        return { type, ...base, entries: new Map() };
      default:
        return { type, ...base };
    }
  }

  async #target(entry: FileEntry): Promise<string> {
    const target = await this.#files.readLink(entry, { signal: this.#signal });
    checkLength(entry.path, 'target', target, MAXIMUM_TARGET_LENGTH);
    return target;
  }

  async #base(entry: FileEntry): Promise<InputBase> {
    const { uid, gid, mtime } = entry.stat;
    const mode = entry.stat.mode & 0o7777;
    const time = Math.max(0, Math.min(Math.floor(mtime), MAXIMUM_TIME));
    if (time !== Math.floor(mtime)) this.#changedTimes += 1;
    const found = await this.#files.readXattrs(entry, { signal: this.#signal });
    const kept = [...found].filter(([name]) => this.#keepsAttributes && KEPT_ATTRIBUTES.test(name));
    if (kept.length < found.size) this.#droppedAttributes += 1;
    return { mode, uid, gid, mtime: time, ...(kept.length > 0 && { xattrs: new Map(kept) }) };
  }
}

/** Images hold what no Linux accepts, and so no writer either. */
function checkLength(path: string, what: string, text: string, maximum: number): void {
  const { length } = encodeFileName(text);
  if (length > 0 && length <= maximum && !text.includes('\0')) return;
  throw limit(path, `${what} must have 1 to ${maximum} bytes without NUL, found ${length}`);
}

function checkedDevice(path: string, device: FileStat['device']): NonNullable<FileStat['device']> {
  const { major, minor } = device ?? { major: 0, minor: 0 };
  if (major <= MAXIMUM_MAJOR && minor <= MAXIMUM_MINOR) return { major, minor };
  throw limit(
    path,
    `device numbers must be at most ${MAXIMUM_MAJOR} and ${MAXIMUM_MINOR}, found ${major} and ${minor}`,
  );
}

function limit(path: string, message: string): AppImageError {
  return new AppImageError('limit', `Cannot convert ${JSON.stringify(path)}: its ${message}`, { path });
}

function isSameFile(left: FileStat, right: FileStat): boolean {
  const fields = ['type', 'mode', 'uid', 'gid', 'mtime', 'size', 'links'] as const;
  return fields.every((field) => left[field] === right[field]);
}
