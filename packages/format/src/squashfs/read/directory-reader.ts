import { AppImageError } from '../../errors.ts';
import type { ImageLimits } from '../../filesystem/image-limits.ts';
import { describePath, joinPath, limitReached, notFound } from '../../filesystem/path-errors.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import { compareBytes, encodeFileName } from '../../io/file-name.ts';
import { type DirectoryIndexEntry, type DirectoryInode, parseIndexEntry } from '../directory-inode.ts';
import { type ListingEntry, parseListing } from '../directory-listing.ts';
import { METADATA_BLOCK_SIZE } from '../metadata-block.ts';
import type { MetadataPlace, MetadataReader } from './metadata-reader.ts';

/** A directory whose listing can be read. */
export interface LocatedDirectory {
  readonly path: string;
  readonly inode: DirectoryInode;
  /** Where the steps of its index begin. */
  readonly index: MetadataPlace;
}

/** What a {@link DirectoryReader} works on. */
export interface DirectoryReaderOptions {
  readonly metadata: MetadataReader;
  readonly directoryTableStart: number;
  readonly limits: Required<ImageLimits>;
}

/** A part of a listing: from a step of the index on, or from the listing's start. */
interface Stretch {
  readonly begin: DirectoryIndexEntry | undefined;
  readonly end: number;
}

/** Reads the listings of directories. */
export class DirectoryReader {
  readonly #options: DirectoryReaderOptions;

  constructor(options: DirectoryReaderOptions) {
    this.#options = options;
  }

  /** All entries, in the order in which they are stored. */
  async list(directory: LocatedDirectory, options?: ReadOptions): Promise<ListingEntry[]> {
    return this.#listing(directory, { begin: undefined, end: directory.inode.listingLength }, options);
  }

  /**
   * The entry of one name; where there is an index, only the stretch of the listing that may have it is read.
   *
   * @throws AppImageError `not-found` where there is none
   */
  async find(directory: LocatedDirectory, name: string, options?: ReadOptions): Promise<ListingEntry> {
    const stretch = await this.#stretchOf(directory, encodeFileName(name), options);
    const entries = await this.#listing(directory, stretch, options);
    const entry = entries.find((candidate) => candidate.name === name);
    if (entry === undefined) throw notFound(joinPath(directory.path, name));
    return entry;
  }

  /** The stretch between two steps of the index that a name is in, if it is anywhere. */
  async #stretchOf({ inode, index }: LocatedDirectory, name: Uint8Array, options?: ReadOptions): Promise<Stretch> {
    const { metadata } = this.#options;
    let begin: DirectoryIndexEntry | undefined;
    let place = index;
    for (let step = 0; step < inode.indexCount; step++) {
      const parse = () => {
        const record = metadata.record(place);
        return { entry: parseIndexEntry(record), length: record.position - place.offset };
      };
      const { entry, length } = await metadata.attempt(parse, options);
      if (compareBytes(entry.name, name) > 0) return { begin, end: entry.position };
      begin = entry;
      if (step + 1 < inode.indexCount) place = await metadata.skip(place, length, options);
    }
    return { begin, end: inode.listingLength };
  }

  async #listing(
    { path, inode }: LocatedDirectory,
    { begin, end }: Stretch,
    options?: ReadOptions,
  ): Promise<ListingEntry[]> {
    const { metadata, directoryTableStart, limits } = this.#options;
    const { listingBlock, listingOffset, listingLength } = inode;
    if (listingLength > limits.listingLength) throw limitReached('bytes of a listing', limits.listingLength, path);
    const what = `SquashFS directory ${describePath(path)}`;
    const position = begin?.position ?? 0;
    const start = directoryTableStart + (begin?.block ?? listingBlock);
    if (position > end || end > listingLength) {
      throw new AppImageError('malformed', `Cannot parse ${what}: its index must be in order and within the listing`, {
        path,
        offset: start,
      });
    }
    if (position === end) return [];
    const place = { start, offset: (listingOffset + position) % METADATA_BLOCK_SIZE };
    const bytes = await metadata.open(place, options)(end - position);
    const maximumEntries = limits.directoryEntries;
    return parseListing(bytes, { what, base: start, compressed: true, maximumEntries, path });
  }
}
