import { AppImageError, isAppImageError } from '../../errors.ts';
import { namePath } from '../../filesystem/damage.ts';
import type { ImageLimits } from '../../filesystem/image-limits.ts';
import { describePath, joinPath, notFound, wrongType } from '../../filesystem/path-errors.ts';
import type {
  FileEntry,
  FileRange,
  FileStat,
  FileType,
  ReadonlyFileSystem,
  WalkOptions,
} from '../../filesystem/readonly-file-system.ts';
import { walkTree, walkTreeInRuns } from '../../filesystem/walk-tree.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { decodeFileName } from '../../io/file-name.ts';
import { SharedCache } from '../../io/shared-cache.ts';
import { parseDirectoryRecord } from '../directory-record.ts';
import type { VolumeDescriptor } from '../volume-descriptor.ts';
import type { DirectoryReader } from './directory-reader.ts';
import type { FileReader } from './file-reader.ts';
import type { Extent, IsoNode, Listing } from './iso-node.ts';
import { extendedAttributes, type SystemUseReader } from './system-use-reader.ts';

/** What Linux accepts as a symlink's target. */
const MAXIMUM_TARGET_LENGTH = 4095;

/** Listings that were read last are kept: many small ones, and a large one. */
const SMALL_LISTING = 65_536;
const LARGE_LISTING = 16 * 1_048_576;
const SMALL_LISTINGS = 64;

/** How many directories and files are looked at to find a compressed one. */
const DIRECTORIES_LOOKED_AT = 16;
const FILES_LOOKED_AT = 512;

/** What an image uses beyond ISO 9660 itself. */
export interface IsoExtensions {
  /** Whether files have POSIX names and attributes. */
  readonly rockRidge: boolean;
  /** Level of the tree of Unicode names, if there is one; it is read where there is no Rock Ridge. */
  readonly joliet: 1 | 2 | 3 | undefined;
}

/** How files of an image are compressed. */
export interface IsoCompression {
  /** Version of zisofs. */
  readonly version: number;
  /** Bytes. */
  readonly blockSize: number;
}

/** The opened parts of an image. */
export interface IsoParts {
  readonly source: ByteSource;
  readonly volume: VolumeDescriptor;
  readonly extensions: IsoExtensions;
  readonly root: IsoNode;
  readonly directories: DirectoryReader;
  readonly systemUse: SystemUseReader;
  readonly skip: number;
  readonly files: FileReader;
  readonly limits: Required<ImageLimits>;
}

/** An entry that remembers what the directory that has it said of it, so that no name has to be looked up again. */
class IsoEntry implements FileEntry {
  readonly path: string;
  readonly stat: FileStat;
  readonly #image: Iso9660Image;
  readonly #node: IsoNode;

  constructor(path: string, image: Iso9660Image, node: IsoNode) {
    this.path = path;
    this.stat = node.stat;
    this.#image = image;
    this.#node = node;
  }

  static belongsTo(entry: IsoEntry, image: Iso9660Image): boolean {
    return entry.#image === image;
  }

  static nodeOf(entry: IsoEntry): IsoNode {
    return entry.#node;
  }
}

/** An open ISO 9660 image; made by `openIso9660`. */
export class Iso9660Image implements ReadonlyFileSystem {
  /** What the image says of itself. */
  readonly volume: VolumeDescriptor;
  readonly extensions: IsoExtensions;
  readonly #parts: IsoParts;
  readonly #smallListings = new SharedCache<string, Listing>(SMALL_LISTINGS);
  readonly #largeListings = new SharedCache<string, Listing>(1);

  constructor(parts: IsoParts) {
    this.volume = parts.volume;
    this.extensions = parts.extensions;
    this.#parts = parts;
  }

  async stat(file: string | FileEntry, options?: ReadOptions): Promise<FileStat> {
    return (await this.#resolve(file, options)).stat;
  }

  async readDirectory(file: string | FileEntry, options?: ReadOptions): Promise<FileEntry[]> {
    const entry = await this.#resolve(file, options);
    const { nodes } = await this.#listing(entry, options);
    return nodes.map((node) => new IsoEntry(joinPath(entry.path, node.name), this, node));
  }

  async readLink(file: string | FileEntry, options?: ReadOptions): Promise<string> {
    const entry = await this.#resolve(file, options);
    const { target } = nodeOfType(entry, 'symlink');
    if (target === undefined || target.length === 0 || target.length > MAXIMUM_TARGET_LENGTH) {
      const found = target === undefined ? 'none that can be read' : target.length;
      throw new AppImageError(
        'malformed',
        `Cannot read ${describePath(entry.path)} in the image: symlink target must be 1 to ${MAXIMUM_TARGET_LENGTH} bytes, found ${found}`,
        { path: entry.path },
      );
    }
    return decodeFileName(target);
  }

  async *readFile(file: string | FileEntry, range?: FileRange): AsyncGenerator<Uint8Array, void, undefined> {
    const entry = await this.#resolve(file, range);
    const node = nodeOfType(entry, 'file');
    try {
      yield* this.#parts.files.read(node, range);
    } catch (error) {
      throw nameFile(error, entry.path);
    }
  }

  async readXattrs(file: string | FileEntry, options: ReadOptions = {}): Promise<ReadonlyMap<string, Uint8Array>> {
    const entry = await this.#resolve(file, options);
    const { attributedRecord } = IsoEntry.nodeOf(entry);
    if (attributedRecord === undefined) return new Map();
    try {
      return await this.#attributes(attributedRecord, options);
    } catch (error) {
      throw namePath(error, entry.path);
    }
  }

  walk({ from = '', ...options }: WalkOptions = {}): AsyncGenerator<FileEntry, void, undefined> {
    const { limits } = this.#parts;
    return walkTree({ files: this, limits }, () => this.#resolve(from, options), options);
  }

  walkRuns({ from = '', ...options }: WalkOptions = {}): AsyncGenerator<readonly FileEntry[], void, undefined> {
    const { limits } = this.#parts;
    return walkTreeInRuns({ files: this, limits }, () => this.#resolve(from, options), options);
  }

  /**
   * How files are compressed: what the first of them that is compressed says; `undefined` where none of the first ones is, as
   * far as their directories can be read. No file is read for it.
   */
  async compression(options?: ReadOptions): Promise<IsoCompression | undefined> {
    let directories = 0;
    let files = 0;
    try {
      for await (const entry of this.walk(options)) {
        const { zisofs } = IsoEntry.nodeOf(entry as IsoEntry);
        if (zisofs !== undefined) return { version: zisofs.version, blockSize: 2 ** zisofs.blockShift };
        if (entry.stat.type === 'directory') directories += 1;
        if (entry.stat.type === 'file') files += 1;
        if (directories > DIRECTORIES_LOOKED_AT || files >= FILES_LOOKED_AT) break;
      }
    } catch (error) {
      if (!isAppImageError(error) || error.code === 'io') throw error;
    }
    return undefined;
  }

  async #resolve(file: string | FileEntry, options?: ReadOptions): Promise<IsoEntry> {
    options?.signal?.throwIfAborted();
    if (file instanceof IsoEntry && IsoEntry.belongsTo(file, this)) return file;
    const path = typeof file === 'string' ? file : file.path;
    let entry = new IsoEntry('', this, this.#parts.root);
    for (const name of path.split('/')) {
      if (name === '' || name === '.') continue;
      const { byName } = await this.#listing(entry, options);
      const node = byName.get(name);
      const childPath = joinPath(entry.path, name);
      if (node === undefined) throw notFound(childPath);
      entry = new IsoEntry(childPath, this, node);
    }
    return entry;
  }

  async #listing(entry: IsoEntry, options: ReadOptions = {}): Promise<Listing> {
    const [extent] = nodeOfType(entry, 'directory').extents;
    if (extent === undefined) return { nodes: [], byName: new Map() };
    options.signal?.throwIfAborted();
    try {
      return await this.#cachedListing(extent, entry.path, options);
    } catch (error) {
      throw namePath(error, entry.path);
    }
  }

  #cachedListing(extent: Extent, path: string, options: ReadOptions): Promise<Listing> {
    const { directories } = this.#parts;
    if (extent.length > LARGE_LISTING) return directories.list(extent, path, options);
    const listings = extent.length <= SMALL_LISTING ? this.#smallListings : this.#largeListings;
    // Records may claim other lengths for the same place.
    const key = `${extent.offset}:${extent.length}`;
    return listings.get(key, (signal) => directories.list(extent, path, { signal }), options.signal);
  }

  async #attributes({ offset, length }: Extent, options: ReadOptions): Promise<Map<string, Uint8Array>> {
    const { source, systemUse, skip } = this.#parts;
    const record = parseDirectoryRecord(await source.read(offset, length, options), offset);
    const onContinuation = () => undefined;
    const found = await systemUse.read(record, { ...options, skip, onContinuation });
    return extendedAttributes(found, record.systemUseOffset);
  }
}

function nodeOfType(entry: IsoEntry, type: FileType): IsoNode {
  if (entry.stat.type !== type) throw wrongType(entry, type);
  return IsoEntry.nodeOf(entry);
}

/** As {@link namePath}, for what can not be read because nobody here knows how, too. */
function nameFile(error: unknown, path: string): unknown {
  if (!isAppImageError(error) || error.code !== 'unsupported') return namePath(error, path);
  const reason = error.message.replace(/^Cannot read (?:zisofs )?file: /, '');
  return new AppImageError('unsupported', `Cannot read ${describePath(path)} in the image: ${reason}`, {
    path,
    cause: error,
  });
}
