import type { Decompressor } from '../../compression/codec.ts';
import { AppImageError } from '../../errors.ts';
import { namePath } from '../../filesystem/damage.ts';
import type { ImageLimits } from '../../filesystem/image-limits.ts';
import { joinPath, wrongType } from '../../filesystem/path-errors.ts';
import type {
  FileEntry,
  FileRange,
  FileStat,
  ReadonlyFileSystem,
  WalkOptions,
} from '../../filesystem/readonly-file-system.ts';
import type { StoredBlock, StoredContents } from '../../filesystem/stored-contents.ts';
import { walkTree, walkTreeInRuns } from '../../filesystem/walk-tree.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { decodeFileName } from '../../io/file-name.ts';
import { type Inode, parseInode } from '../inode.ts';
import { NO_XATTRS } from '../inode-header.ts';
import { type MetadataReference, parseMetadataReference } from '../metadata-block.ts';
import type { Superblock } from '../superblock.ts';
import type { BlockLocator, LocatedFile } from './block-locator.ts';
import { DirectoryReader, type LocatedDirectory } from './directory-reader.ts';
import type { FileReader } from './file-reader.ts';
import type { MetadataPlace, MetadataReader } from './metadata-reader.ts';
import { SquashfsEntry } from './squashfs-entry.ts';
import type { XattrReader } from './xattr-reader.ts';

/** The opened parts of an image. */
export interface SquashfsParts {
  readonly superblock: Superblock;
  readonly source: ByteSource;
  readonly decompressor: Decompressor;
  readonly metadata: MetadataReader;
  readonly locator: BlockLocator;
  readonly files: FileReader;
  /** User and group ids by index. */
  readonly ids: readonly number[];
  readonly xattrs: XattrReader | undefined;
  readonly limits: Required<ImageLimits>;
}

/** An open SquashFS image; made by `openSquashfs`. */
export class SquashfsImage implements ReadonlyFileSystem {
  readonly superblock: Superblock;
  readonly stored: StoredContents;
  readonly #parts: SquashfsParts;
  readonly #directories: DirectoryReader;

  constructor(parts: SquashfsParts) {
    const { superblock, source, decompressor, metadata, limits } = parts;
    const { directoryTableStart } = superblock;
    this.superblock = superblock;
    this.stored = {
      source,
      decompressor,
      blocks: (file, options) => this.#blocks(file, options),
      blocksAtHand: (file) => this.#blocksAtHand(file),
    };
    this.#parts = parts;
    this.#directories = new DirectoryReader({ metadata, directoryTableStart, limits });
  }

  async stat(file: string | FileEntry, options?: ReadOptions): Promise<FileStat> {
    return (await this.#resolve(file, options)).stat;
  }

  async readDirectory(file: string | FileEntry, options?: ReadOptions): Promise<FileEntry[]> {
    const entry = await this.#resolve(file, options);
    const { path } = entry;
    const directory = await this.#directory(entry, options);
    const listing = await this.#directories.list(directory, options).catch(rethrowWithPath(path));
    const children: FileEntry[] = [];
    const pathOf = (index: number) => joinPath(path, listing[index]?.name ?? '');
    const parse = () => {
      for (let index = children.length; index < listing.length; index++) {
        const { name, inode } = listing[index] as (typeof listing)[number];
        children.push(this.#entry(joinPath(path, name), inode));
      }
    };
    await this.#parts.metadata.attempt(parse, options).catch((error: unknown) => {
      throw namePath(error, pathOf(children.length));
    });
    return children;
  }

  async readLink(file: string | FileEntry, options?: ReadOptions): Promise<string> {
    const { target } = (await this.#inodeOf(await this.#resolve(file, options), 'symlink', options)).inode;
    return decodeFileName(target);
  }

  async *readFile(file: string | FileEntry, range?: FileRange): AsyncGenerator<Uint8Array, void, undefined> {
    const entry = await this.#resolve(file, range);
    const located = await this.#file(entry, range);
    try {
      yield* this.#parts.files.read(located, range);
    } catch (error) {
      throw namePath(error, entry.path);
    }
  }

  async readXattrs(file: string | FileEntry, options?: ReadOptions): Promise<ReadonlyMap<string, Uint8Array>> {
    const entry = await this.#resolve(file, options);
    const { xattrIndex } = entry;
    if (xattrIndex === NO_XATTRS || this.#parts.xattrs === undefined) return new Map();
    return this.#parts.xattrs.read(xattrIndex, options).catch(rethrowWithPath(entry.path));
  }

  walk({ from = '', ...options }: WalkOptions = {}): AsyncGenerator<FileEntry, void, undefined> {
    const { limits } = this.#parts;
    return walkTree({ files: this, limits }, () => this.#resolve(from, options), options);
  }

  walkRuns({ from = '', ...options }: WalkOptions = {}): AsyncGenerator<readonly FileEntry[], void, undefined> {
    const { limits } = this.#parts;
    return walkTreeInRuns({ files: this, limits }, () => this.#resolve(from, options), options);
  }

  async *#blocks(file: FileEntry, options?: ReadOptions): AsyncGenerator<readonly StoredBlock[], void, undefined> {
    const { locator } = this.#parts;
    const entry = await this.#resolve(file, options);
    const located = await this.#file(entry, options);
    try {
      for await (const run of locator.listed(located, 0, located.inode.blockCount, options)) {
        const blocks = run.filter(({ storedLength }) => storedLength > 0);
        if (blocks.length > 0) yield blocks;
      }
      const tail = await locator.tail(located, options);
      if (tail) yield [tail];
    } catch (error) {
      throw namePath(error, entry.path);
    }
  }

  #blocksAtHand(file: FileEntry): readonly StoredBlock[] | undefined {
    if (!(file instanceof SquashfsEntry && file.isOf(this)) || file.stat.type !== 'file') return undefined;
    const { metadata, locator } = this.#parts;
    try {
      return metadata.attemptNow(() => {
        const record = metadata.record(file.place);
        const inode = parseInode(record, this.superblock.blockSize);
        return inode.type === 'file' ? locator.short(record, inode) : undefined;
      });
    } catch (error) {
      throw namePath(error, file.path);
    }
  }

  async #resolve(file: string | FileEntry, options?: ReadOptions): Promise<SquashfsEntry> {
    if (file instanceof SquashfsEntry && file.isOf(this)) return file;
    const path = typeof file === 'string' ? file : file.path;
    let entry = await this.#load('', parseMetadataReference(this.superblock.rootInode), options);
    for (const name of path.split('/')) {
      if (name === '' || name === '.') continue;
      const directory = await this.#directory(entry, options);
      const child = await this.#directories.find(directory, name, options).catch(rethrowWithPath(entry.path));
      entry = await this.#load(joinPath(entry.path, name), child.inode, options);
    }
    return entry;
  }

  #load(path: string, reference: MetadataReference, options?: ReadOptions): Promise<SquashfsEntry> {
    const parse = () => this.#entry(path, reference);
    return this.#parts.metadata.attempt(parse, options).catch(rethrowWithPath(path));
  }

  async #directory(entry: SquashfsEntry, options?: ReadOptions): Promise<LocatedDirectory> {
    const { inode, list } = await this.#inodeOf(entry, 'directory', options);
    const index = inode.indexCount > 0 ? await list() : entry.place;
    return { path: entry.path, inode, index };
  }

  async #file(entry: SquashfsEntry, options?: ReadOptions): Promise<LocatedFile> {
    const { inode, list } = await this.#inodeOf(entry, 'file', options);
    return { inode, list: inode.blockCount > 0 ? await list() : entry.place };
  }

  /** The inode of an entry that must be of that type, and a function that finds the list behind it. */
  async #inodeOf<Type extends Inode['type']>(entry: SquashfsEntry, type: Type, options?: ReadOptions) {
    if (entry.stat.type !== type) throw wrongType(entry, type);
    const { metadata } = this.#parts;
    const { place } = entry;
    const named = rethrowWithPath(entry.path);
    const parse = () => {
      const record = metadata.record(place);
      return { inode: parseInode(record, this.superblock.blockSize), length: record.position - place.offset };
    };
    const { inode, length } = await metadata.attempt(parse, options).catch(named);
    const list = (): Promise<MetadataPlace> => metadata.skip(place, length, options).catch(named);
    return { inode: inode as Extract<Inode, { type: Type }>, list };
  }

  /** Parses an inode and makes an entry of it; within `attempt` of the metadata. */
  #entry(path: string, { block, offset }: MetadataReference): SquashfsEntry {
    const { inodeTableStart, blockSize } = this.superblock;
    const place = { start: inodeTableStart + block, offset };
    const inode = parseInode(this.#parts.metadata.record(place), blockSize);
    return new SquashfsEntry(path, this.#statOf(inode), { image: this, place, xattrIndex: inode.xattrIndex });
  }

  #statOf(inode: Inode): FileStat {
    const { type, mode, mtime, number, links } = inode;
    const uid = this.#id(inode.uidIndex);
    const gid = this.#id(inode.gidIndex);
    const size = inode.type === 'file' ? inode.size : inode.type === 'symlink' ? inode.target.length : 0;
    const stat = { type, mode, uid, gid, mtime, size, inode: number, links };
    return 'device' in inode ? { ...stat, device: inode.device } : stat;
  }

  #id(index: number): number {
    const { ids } = this.#parts;
    const id = ids[index];
    if (id !== undefined) return id;
    const message = `Cannot read SquashFS id table: index must be below ${ids.length}, found ${index}`;
    throw new AppImageError('out-of-bounds', message, { offset: this.superblock.idTableStart });
  }
}

function rethrowWithPath(path: string): (error: unknown) => never {
  return (error) => {
    throw namePath(error, path);
  };
}
