import { AppImageError } from '../../errors.ts';
import type { ImageLimits } from '../../filesystem/image-limits.ts';
import { describePath, joinPath, limitReached, notFound, wrongType } from '../../filesystem/path-errors.ts';
import type {
  FileEntry,
  FileRange,
  FileStat,
  ReadonlyFileSystem,
  WalkOptions,
} from '../../filesystem/readonly-file-system.ts';
import { walkTree } from '../../filesystem/walk-tree.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import { compareBytes, decodeFileName, encodeFileName } from '../../io/file-name.ts';
import type { DirectoryIndexEntry, DirectoryInodeBody } from '../directory-inode.ts';
import { type ListingEntry, parseListing } from '../directory-listing.ts';
import { type Inode, parseInode } from '../inode.ts';
import { type InodeContext, NO_XATTRS } from '../inode-header.ts';
import { METADATA_BLOCK_SIZE, type MetadataReference, parseMetadataReference } from '../metadata-block.ts';
import type { Superblock } from '../superblock.ts';
import { namePath } from './damage.ts';
import type { FileReader } from './file-reader.ts';
import type { LookupTable } from './lookup-table.ts';
import type { MetadataReader } from './metadata-reader.ts';
import type { XattrReader } from './xattr-reader.ts';

/** The opened parts of an image. */
export interface SquashfsParts {
  readonly superblock: Superblock;
  readonly metadata: MetadataReader;
  readonly files: FileReader;
  readonly ids: LookupTable;
  readonly xattrs: XattrReader | undefined;
  readonly limits: Required<ImageLimits>;
}

/** Where an entry's inode is, and in which image. */
interface InodePlace {
  readonly image: SquashfsImage;
  readonly reference: MetadataReference;
  readonly xattrIndex: number;
}

/** An entry that remembers where its inode is, so that no name has to be looked up again. The inode itself may be large. */
class SquashfsEntry implements FileEntry {
  readonly path: string;
  readonly stat: FileStat;
  readonly #place: InodePlace;

  constructor(path: string, stat: FileStat, place: InodePlace) {
    this.path = path;
    this.stat = stat;
    this.#place = place;
  }

  static placeOf(entry: SquashfsEntry): InodePlace {
    return entry.#place;
  }
}

/** An open SquashFS image; made by `openSquashfs`. */
export class SquashfsImage implements ReadonlyFileSystem {
  readonly superblock: Superblock;
  readonly #parts: SquashfsParts;

  constructor(parts: SquashfsParts) {
    this.superblock = parts.superblock;
    this.#parts = parts;
  }

  async stat(file: string | FileEntry, options?: ReadOptions): Promise<FileStat> {
    return (await this.#resolve(file, options)).stat;
  }

  async readDirectory(file: string | FileEntry, options?: ReadOptions): Promise<FileEntry[]> {
    const entry = await this.#resolve(file, options);
    const directory = await this.#inodeOf(entry, 'directory', options);
    const children: FileEntry[] = [];
    for (const child of await this.#listing(directory, entry.path, options)) {
      children.push(await this.#entry(joinPath(entry.path, child.name), child.inode, options));
    }
    return children;
  }

  async readLink(file: string | FileEntry, options?: ReadOptions): Promise<string> {
    const { target } = await this.#inodeOf(await this.#resolve(file, options), 'symlink', options);
    return decodeFileName(target);
  }

  async *readFile(file: string | FileEntry, range?: FileRange): AsyncGenerator<Uint8Array, void, undefined> {
    const entry = await this.#resolve(file, range);
    const inode = await this.#inodeOf(entry, 'file', range);
    try {
      yield* this.#parts.files.read(inode, range);
    } catch (error) {
      throw namePath(error, entry.path);
    }
  }

  async readXattrs(file: string | FileEntry, options?: ReadOptions): Promise<ReadonlyMap<string, Uint8Array>> {
    const entry = await this.#resolve(file, options);
    const { xattrIndex } = SquashfsEntry.placeOf(entry);
    if (xattrIndex === NO_XATTRS || this.#parts.xattrs === undefined) return new Map();
    return this.#parts.xattrs.read(xattrIndex, options).catch(rethrowWithPath(entry.path));
  }

  async *walk({ from = '', ...options }: WalkOptions = {}): AsyncGenerator<FileEntry, void, undefined> {
    const { limits } = this.#parts;
    yield* walkTree({ files: this, limits }, await this.#resolve(from, options), options);
  }

  async #resolve(file: string | FileEntry, options?: ReadOptions): Promise<SquashfsEntry> {
    if (file instanceof SquashfsEntry && SquashfsEntry.placeOf(file).image === this) return file;
    const path = typeof file === 'string' ? file : file.path;
    const { superblock } = this.#parts;
    let entry = await this.#entry('', parseMetadataReference(superblock.rootInode), options);
    for (const name of path.split('/')) {
      if (name === '' || name === '.') continue;
      const directory = await this.#inodeOf(entry, 'directory', options);
      const child = await this.#find(directory, entry.path, name, options);
      entry = await this.#entry(joinPath(entry.path, name), child.inode, options);
    }
    return entry;
  }

  async #entry(path: string, reference: MetadataReference, options?: ReadOptions): Promise<SquashfsEntry> {
    const inode = await this.#inode(path, reference, { ...options, lists: false });
    const { xattrIndex } = inode;
    const stat = await this.#statOf(inode, options).catch(rethrowWithPath(path));
    return new SquashfsEntry(path, stat, { image: this, reference, xattrIndex });
  }

  /** The whole inode of an entry that must be of that type. */
  async #inodeOf<Type extends Inode['type']>(entry: SquashfsEntry, type: Type, options?: ReadOptions) {
    if (entry.stat.type !== type) throw wrongType(entry, type);
    const inode = await this.#inode(entry.path, SquashfsEntry.placeOf(entry).reference, options);
    return inode as Extract<Inode, { type: Type }>;
  }

  #inode(path: string, reference: MetadataReference, options: ReadOptions & Pick<InodeContext, 'lists'> = {}) {
    const { metadata, superblock } = this.#parts;
    const { inodeTableStart, blockSize } = superblock;
    const context = { blockSize, what: `SquashFS inode of ${describePath(path)}`, lists: options.lists ?? true };
    return parseInode(metadata.open(inodeTableStart, reference, options), context).catch(rethrowWithPath(path));
  }

  async #statOf(inode: Inode, options?: ReadOptions): Promise<FileStat> {
    const { ids } = this.#parts;
    const { type, mode, mtime, number, links } = inode;
    const uid = (await ids.entry(inode.uidIndex, options)).uint32();
    const gid = inode.gidIndex === inode.uidIndex ? uid : (await ids.entry(inode.gidIndex, options)).uint32();
    const size = inode.type === 'file' ? inode.size : inode.type === 'symlink' ? inode.target.length : 0;
    const stat = { type, mode, uid, gid, mtime, size, inode: number, links };
    return 'device' in inode ? { ...stat, device: inode.device } : stat;
  }

  /** One name of a directory; where there is an index, only the stretch of the listing that may have it is read. */
  async #find(directory: DirectoryInodeBody, path: string, name: string, options?: ReadOptions) {
    const { index, listingLength } = directory;
    const bytes = encodeFileName(name);
    const after = index.findIndex((step) => compareBytes(step.name, bytes) > 0);
    const next = after < 0 ? index.length : after;
    const stretch = { begin: index[next - 1], end: index[next]?.position ?? listingLength };
    const entries = await this.#listing(directory, path, options, stretch);
    const entry = entries.find((candidate) => candidate.name === name);
    if (entry === undefined) throw notFound(joinPath(path, name));
    return entry;
  }

  /** The entries of a directory, or of the stretch of its listing from a step of its index on. */
  async #listing(
    directory: DirectoryInodeBody,
    path: string,
    options?: ReadOptions,
    stretch: { readonly begin: DirectoryIndexEntry | undefined; readonly end: number } = {
      begin: undefined,
      end: directory.listingLength,
    },
  ): Promise<ListingEntry[]> {
    const { metadata, superblock, limits } = this.#parts;
    const { listingBlock, listingOffset, listingLength } = directory;
    const what = `SquashFS directory ${describePath(path)}`;
    if (listingLength > limits.listingLength) throw limitReached('bytes of a listing', limits.listingLength, path);
    const begin = stretch.begin?.position ?? 0;
    if (begin > stretch.end || stretch.end > listingLength) {
      throw new AppImageError('malformed', `Cannot parse ${what}: its index must be in order and within the listing`, {
        path,
      });
    }
    if (begin === stretch.end) return [];
    const reference = {
      block: stretch.begin?.block ?? listingBlock,
      offset: (listingOffset + begin) % METADATA_BLOCK_SIZE,
    };
    const length = stretch.end - begin;
    try {
      return parseListing(await metadata.read(superblock.directoryTableStart, reference, length, options), what);
    } catch (error) {
      throw namePath(error, path);
    }
  }
}

function rethrowWithPath(path: string): (error: unknown) => never {
  return (error) => {
    throw namePath(error, path);
  };
}
