import { AppImageError } from '../../errors.ts';
import { damaged } from '../../filesystem/damage.ts';
import type { StoredBlock } from '../../filesystem/stored-contents.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import { RecordReader } from '../../io/record-reader.ts';
import { SharedCache } from '../../io/shared-cache.ts';
import { parseBlockSize } from '../data-block.ts';
import { type FileInode, type FragmentPlace, parseBlockWords } from '../file-inode.ts';
import { type Fragment, parseFragment } from '../fragment.ts';
import { METADATA_BLOCK_SIZE, METADATA_HEADER_SIZE } from '../metadata-block.ts';
import type { LookupTable } from './lookup-table.ts';
import type { MetadataPlace, MetadataReader } from './metadata-reader.ts';

/** How messages call what is found here. */
export const FILE_DATA = 'file data';
export const FRAGMENT = 'the end of the file';

/** Blocks that are found at once have at most so many bytes of the file, one block at least. */
const RUN_BYTES = 2 * 1_048_576;

/** Words of a list of blocks that are read at once: as many as a metadata block has. */
const WORDS_AT_ONCE = METADATA_BLOCK_SIZE / 4;

/** Runs of the fragment table that are kept: of 512 fragments each. */
const CACHED_FRAGMENT_RUNS = 16;

/** Lists up to this length are looked at at once, with the inode that they follow. */
const SHORT_LIST = 64;

/** A file whose blocks can be found. */
export interface LocatedFile {
  readonly inode: FileInode;
  /** Where the list of its blocks begins. */
  readonly list: MetadataPlace;
}

/** What a {@link BlockLocator} works on. */
export interface BlockLocatorOptions {
  readonly metadata: MetadataReader;
  readonly fragments: LookupTable | undefined;
  readonly blockSize: number;
  /** Bytes of the image's source, within which all blocks must lie. */
  readonly sourceSize: number;
  /** Where the table with the lists of blocks ends. */
  readonly inodeTableEnd: number;
}

/**
 * Finds the blocks of files. The list of a file's blocks is never in memory as a whole: a few bytes of an image can claim one of
 * any length.
 */
export class BlockLocator {
  readonly #options: BlockLocatorOptions;
  readonly #fragmentRuns = new SharedCache<number, readonly Fragment[]>(CACHED_FRAGMENT_RUNS);

  constructor(options: BlockLocatorOptions) {
    this.#options = options;
  }

  /**
   * The blocks of a file from the one numbered `first` to the one before `end`, without the end of the file that is kept in a
   * fragment. They come in runs that lie behind each other in the image; a hole is a block that is stored in 0 bytes.
   */
  async *listed(file: LocatedFile, first: number, end: number, options?: ReadOptions) {
    const { metadata, blockSize } = this.#options;
    const { size, blocksStart } = file.inode;
    if (end > 0) this.#checkCount(file);
    const take = metadata.open(file.list, options);
    let start = blocksStart;
    let run: StoredBlock[] = [];
    for (let index = 0; index < end; ) {
      const count = Math.min(WORDS_AT_ONCE, end - index);
      const words = parseBlockWords(new RecordReader(await take(4 * count), { what: 'SquashFS block list' }), count);
      for (const word of words) {
        const block = this.#block(word, start, index * blockSize, size);
        if (index >= first) run.push(block);
        if (run.length * blockSize >= RUN_BYTES) {
          yield run;
          run = [];
        }
        start += block.storedLength;
        index += 1;
      }
    }
    if (run.length > 0) yield run;
  }

  /** The block that has the end of a file, where that is kept in a fragment. */
  async tail({ inode }: LocatedFile, options?: ReadOptions): Promise<StoredBlock | undefined> {
    if (!this.#hasTail(inode)) return undefined;
    const { index } = inode.fragment as FragmentPlace;
    return this.#tailBlock(inode, await this.#fragment(index, options));
  }

  /**
   * All blocks of a file without waiting, holes left out; the record is at the list behind the inode. Answers undefined where the
   * list is long, or the place of the fragment not known yet.
   */
  short(record: RecordReader, inode: FileInode): StoredBlock[] | undefined {
    const { blockSize } = this.#options;
    const { blockCount, size, fragment } = inode;
    if (blockCount > SHORT_LIST) return undefined;
    const blocks: StoredBlock[] = [];
    let start = inode.blocksStart;
    for (const [index, word] of parseBlockWords(record, blockCount).entries()) {
      const block = this.#block(word, start, index * blockSize, size);
      if (block.storedLength > 0) blocks.push(block);
      start += block.storedLength;
    }
    if (!this.#hasTail(inode)) return blocks;
    const place = this.#knownFragment((fragment as FragmentPlace).index);
    if (place === undefined) return undefined;
    blocks.push(this.#tailBlock(inode, place));
    return blocks;
  }

  #hasTail({ fragment, blockCount, size }: FileInode): boolean {
    return fragment !== undefined && blockCount * this.#options.blockSize < size;
  }

  #tailBlock({ fragment, blockCount, size }: FileInode, { start, blockWord }: Fragment): StoredBlock {
    const { blockSize, sourceSize } = this.#options;
    const position = blockCount * blockSize;
    const { length: storedLength, compressed } = parseBlockSize(blockWord, blockSize, start);
    checkEnd({ start, storedLength, sourceSize, what: FRAGMENT });
    const { offset: skip } = fragment as FragmentPlace;
    return { position, length: size - position, start, storedLength, compressed, maximumLength: blockSize, skip };
  }

  #block(word: number, start: number, position: number, size: number): StoredBlock {
    const { blockSize, sourceSize } = this.#options;
    const { length: storedLength, compressed } = parseBlockSize(word, blockSize, start);
    checkEnd({ start, storedLength, sourceSize, what: FILE_DATA });
    const length = Math.min(blockSize, size - position);
    return { position, length, start, storedLength, compressed, maximumLength: length, skip: 0 };
  }

  async #fragment(index: number, { signal }: ReadOptions = {}): Promise<Fragment> {
    const { fragments } = this.#options;
    if (fragments === undefined) {
      throw new AppImageError(
        'malformed',
        `Cannot read ${FRAGMENT}: the image is damaged, it must have a fragment table, found none`,
      );
    }
    const run = Math.floor(index / fragments.runLength);
    if (run >= fragments.runCount) throw fragments.indexTooHigh(index);
    const parse = async (shared: AbortSignal) => {
      const { record, count } = await fragments.run(run, { signal: shared });
      return Array.from({ length: count }, () => parseFragment(record));
    };
    const parsed = await this.#fragmentRuns.get(run, parse, signal);
    const fragment = parsed[index % fragments.runLength];
    if (fragment === undefined) throw fragments.indexTooHigh(index);
    return fragment;
  }

  #knownFragment(index: number): Fragment | undefined {
    const runLength = this.#options.fragments?.runLength ?? 1;
    return this.#fragmentRuns.peek(Math.floor(index / runLength))?.[index % runLength];
  }

  /** A list that is longer than all that its table could hold is a lie; one of a file that is a hole may be long. */
  #checkCount({ inode, list }: LocatedFile): void {
    const stored = this.#options.inodeTableEnd - list.start;
    const capacity = (Math.ceil(stored / (METADATA_HEADER_SIZE + 1)) * METADATA_BLOCK_SIZE) / 4;
    if (inode.blockCount <= capacity) return;
    const reason = `its list must have at most ${Math.max(0, capacity)} blocks, for which there is room, found ${inode.blockCount}`;
    throw damaged('malformed', reason, { what: FILE_DATA, offset: list.start });
  }
}

interface Extent {
  readonly start: number;
  readonly storedLength: number;
  readonly sourceSize: number;
  readonly what: string;
}

function checkEnd({ start, storedLength, sourceSize, what }: Extent): void {
  if (start + storedLength <= sourceSize) return;
  const reason = `block must end within ${sourceSize} bytes, found ${storedLength} bytes`;
  throw damaged('out-of-bounds', reason, { what, offset: start });
}
