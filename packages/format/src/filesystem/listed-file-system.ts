import type { ReadOptions } from '../io/byte-source.ts';
import type { ImageLimits } from './image-limits.ts';
import { type ListedFile, type ListedNode, statListed } from './listed-tree.ts';
import { joinPath, notFound, wrongType } from './path-errors.ts';
import type {
  FileEntry,
  FileRange,
  FileStat,
  FileType,
  ReadonlyFileSystem,
  WalkOptions,
} from './readonly-file-system.ts';
import { type ContentRange, resolveRange } from './resolve-range.ts';
import { walkTree } from './walk-tree.ts';

/** How the contents of listed files are read. */
export interface ListedContents<File extends ListedFile> {
  /** The bytes of a regular file. */
  readFile(file: File, range: ContentRange): AsyncIterable<Uint8Array>;
  /** The target of a symlink. */
  readLink(file: File, options?: ReadOptions): Promise<string>;
}

/** What a {@link ListedFileSystem} consists of. */
export interface ListedParts<File extends ListedFile> {
  readonly root: ListedNode<File>;
  readonly contents: ListedContents<File>;
  readonly limits: Required<ImageLimits>;
}

/** An entry that knows its node, so that no name has to be looked up again. */
class ListedEntry<File extends ListedFile> implements FileEntry {
  readonly path: string;
  readonly stat: FileStat;
  readonly #node: ListedNode<File>;
  readonly #owner: object;

  constructor(path: string, node: ListedNode<File>, owner: object) {
    this.path = path;
    this.stat = statListed(node);
    this.#node = node;
    this.#owner = owner;
  }

  static nodeOf<File extends ListedFile>(entry: ListedEntry<File>, owner: object): ListedNode<File> | undefined {
    return entry.#owner === owner ? entry.#node : undefined;
  }
}

/** A file system whose files are all known by a list that is in memory. It has no extended attributes. */
export class ListedFileSystem<File extends ListedFile> implements ReadonlyFileSystem {
  readonly #parts: ListedParts<File>;

  constructor(parts: ListedParts<File>) {
    this.#parts = parts;
  }

  async stat(file: string | FileEntry, options?: ReadOptions): Promise<FileStat> {
    return this.#resolve(file, options).entry.stat;
  }

  async readDirectory(file: string | FileEntry, options?: ReadOptions): Promise<FileEntry[]> {
    const { entry, node } = this.#resolve(file, options);
    if (node.children === undefined) throw wrongType(entry, 'directory');
    return Array.from(node.children, ([name, child]) => new ListedEntry(joinPath(entry.path, name), child, this));
  }

  async readLink(file: string | FileEntry, options?: ReadOptions): Promise<string> {
    return this.#parts.contents.readLink(this.#file(file, 'symlink', options), options);
  }

  async *readFile(file: string | FileEntry, range: FileRange = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const listed = this.#file(file, 'file', range);
    yield* this.#parts.contents.readFile(listed, resolveRange(range, listed.size));
  }

  async readXattrs(file: string | FileEntry, options?: ReadOptions): Promise<ReadonlyMap<string, Uint8Array>> {
    this.#resolve(file, options);
    return new Map();
  }

  async *walk({ from = '', ...options }: WalkOptions = {}): AsyncGenerator<FileEntry, void, undefined> {
    const { limits } = this.#parts;
    yield* walkTree({ files: this, limits }, this.#resolve(from, options).entry, options);
  }

  #file(file: string | FileEntry, type: FileType, options?: ReadOptions): File {
    const { entry, node } = this.#resolve(file, options);
    if (entry.stat.type !== type) throw wrongType(entry, type);
    return node.file as File;
  }

  #resolve(file: string | FileEntry, { signal }: ReadOptions = {}) {
    signal?.throwIfAborted();
    const known = file instanceof ListedEntry ? ListedEntry.nodeOf<File>(file, this) : undefined;
    if (known !== undefined) return { entry: file as FileEntry, node: known };
    let node = this.#parts.root;
    let path = '';
    for (const name of (typeof file === 'string' ? file : file.path).split('/')) {
      if (name === '' || name === '.') continue;
      if (node.children === undefined) throw wrongType(new ListedEntry(path, node, this), 'directory');
      path = joinPath(path, name);
      const child = node.children.get(name);
      if (child === undefined) throw notFound(path);
      node = child;
    }
    return { entry: new ListedEntry(path, node, this), node };
  }
}
