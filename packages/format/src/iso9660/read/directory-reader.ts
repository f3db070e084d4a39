import { damaged } from '../../filesystem/damage.ts';
import type { ImageLimits } from '../../filesystem/image-limits.ts';
import { limitReached } from '../../filesystem/path-errors.ts';
import type { FileStat, FileType } from '../../filesystem/readonly-file-system.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { type DirectoryRecord, parseDirectoryRecord } from '../directory-record.ts';
import { SECTOR_SIZE } from '../volume-descriptor.ts';
import type { Extent, IsoNode, Listing } from './iso-node.ts';
import { type Naming, nodeName } from './node-name.ts';
import type { SystemUse, SystemUseReader } from './system-use-reader.ts';

/** What everybody may do with a file of which nothing is said: what Linux grants. */
const DEFAULT_MODE = 0o555;

/*
 * Inode numbers: files of Rock Ridge 1.12 have their own, of 32 bits. All others get a number above those, by what there is
 * but once: a directory its first block, a file under several names its data's first byte, any other its record's place.
 */
const DATA_NUMBERS = 2 ** 50;
const DIRECTORY_NUMBERS = 2 ** 51;
const RECORD_NUMBERS = 2 ** 52;

/** How messages call what is read here. */
const WHAT = 'directory';

/** What a {@link DirectoryReader} works on. */
export interface DirectoryReaderOptions {
  readonly source: ByteSource;
  readonly logicalBlockSize: number;
  readonly systemUse: SystemUseReader;
  readonly naming: Naming;
  /** Bytes of every record's system use field that belong to somebody else. */
  readonly skip: number;
  readonly limits: Required<ImageLimits>;
}

interface PlacedRecord {
  readonly record: DirectoryRecord;
  readonly place: Extent;
}

/** Reads directories: each in one read, and their continuation areas next to them. */
export class DirectoryReader {
  readonly #options: DirectoryReaderOptions;

  constructor(options: DirectoryReaderOptions) {
    this.#options = options;
  }

  /** The entries of the directory that is stored there, in their order. */
  async list(extent: Extent, path: string, options: ReadOptions = {}): Promise<Listing> {
    const { source, limits } = this.#options;
    if (extent.length > limits.listingLength) throw limitReached('bytes of a listing', limits.listingLength, path);
    this.#check(extent);
    const bytes = await source.read(extent.offset, extent.length, options);
    let budget = limits.listingLength - extent.length;
    const onContinuation = (length: number) => {
      budget -= length;
      if (budget < 0) throw limitReached('bytes of a listing', limits.listingLength, path);
    };
    const nodes: IsoNode[] = [];
    const byName = new Map<string, IsoNode>();
    for (const [first, ...rest] of groupFiles(this.#countedRecords(bytes, extent.offset, path))) {
      const node = await this.#node(first, rest, { ...options, onContinuation });
      if (node === undefined) continue;
      nodes.push(node);
      if (!byName.has(node.name)) byName.set(node.name, node);
    }
    return { nodes, byName };
  }

  /** A directory by the record for itself that it begins with; its name is empty. */
  async self(block: number, options: ReadOptions = {}): Promise<IsoNode> {
    const { source, logicalBlockSize, systemUse, naming, skip } = this.#options;
    const offset = block * logicalBlockSize;
    this.#check({ offset, length: 1 });
    const bytes = await source.read(offset, Math.min(SECTOR_SIZE, source.size - offset), options);
    const length = bytes[0] as number;
    const record = parseDirectoryRecord(bytes.subarray(0, length), offset);
    if (!record.directory || record.extentLocation + record.attributeBlocks !== block) {
      const found = `block ${record.extentLocation + record.attributeBlocks}`;
      throw damaged('malformed', `it must begin with a record of itself, found one of ${found}`, {
        what: WHAT,
        offset,
      });
    }
    const read = () => systemUse.read(record, { ...options, skip, onContinuation: () => undefined });
    return this.#build(
      { record, place: { offset, length } },
      [],
      naming === 'rock-ridge' ? await read() : undefined,
      '',
    );
  }

  *#countedRecords(bytes: Uint8Array, base: number, path: string): Generator<PlacedRecord, void, undefined> {
    const { directoryEntries } = this.#options.limits;
    let count = 0;
    for (const placed of this.#records(bytes, base)) {
      count += 1;
      if (count > directoryEntries) throw limitReached('entries of a directory', directoryEntries, path);
      yield placed;
    }
  }

  *#records(bytes: Uint8Array, base: number): Generator<PlacedRecord, void, undefined> {
    const { logicalBlockSize } = this.#options;
    for (let at = 0; at < bytes.length; ) {
      const length = bytes[at] as number;
      if (length === 0) {
        at += logicalBlockSize - (at % logicalBlockSize);
        continue;
      }
      const offset = base + at;
      const record = parseDirectoryRecord(bytes.subarray(at, at + length), offset);
      const isLink = record.identifier.length === 1 && (record.identifier[0] as number) <= 1;
      if (!(isLink || record.associated)) yield { record, place: { offset, length } };
      at += length;
    }
  }

  async #node(
    first: PlacedRecord,
    rest: readonly PlacedRecord[],
    options: ReadOptions & { onContinuation: (length: number) => void },
  ): Promise<IsoNode | undefined> {
    const { systemUse, naming, skip } = this.#options;
    const { record } = first;
    if (naming !== 'rock-ridge') return this.#build(first, rest, undefined, nodeName(record, [], naming));
    const found = await systemUse.read(record, { ...options, skip });
    if (found.relocated) return undefined;
    const name = nodeName(record, found.name, naming);
    if (found.childLink === undefined) return this.#build(first, rest, found, name);
    return { ...(await this.self(found.childLink, options)), name };
  }

  #build(
    { record, place }: PlacedRecord,
    rest: readonly PlacedRecord[],
    found: SystemUse | undefined,
    name: string,
  ): IsoNode {
    const type: FileType = found?.posix?.type ?? (record.directory ? 'directory' : 'file');
    if ((type === 'directory') !== record.directory) {
      const reason = `a record must be that of a ${record.directory ? 'directory' : 'file'}, found a mode of a ${type}`;
      throw damaged('malformed', reason, { what: WHAT, offset: place.offset });
    }
    const extents = [record, ...rest.map((more) => more.record)].map((part) => this.#extent(part));
    const target = type === 'symlink' ? found?.target?.target : undefined;
    const zisofs = type === 'file' ? found?.zisofs : undefined;
    const stored = extents.reduce((sum, { length }) => sum + length, 0);
    const size = zisofs?.size ?? (type === 'file' ? stored : (target?.length ?? 0));
    const { mode = DEFAULT_MODE, uid = 0, gid = 0, links = 1 } = found?.posix ?? {};
    const stat: FileStat = {
      type,
      mode,
      uid,
      gid,
      mtime: found?.modifiedAt ?? record.recordedAt,
      size,
      inode: inodeNumber({ type, stored, place, found, extent: extents[0] as Extent }),
      links,
      ...(type.endsWith('device') ? { device: found?.device ?? { major: 0, minor: 0 } } : {}),
    };
    return {
      name,
      stat,
      extents: extents.filter(({ length }) => length > 0),
      zisofs,
      obstacle: obstacle([record, ...rest.map((more) => more.record)], found),
      target,
      attributedRecord: found !== undefined && found.attributes.length > 0 ? place : undefined,
    };
  }

  #extent({ extentLocation, attributeBlocks, dataLength }: DirectoryRecord): Extent {
    return { offset: (extentLocation + attributeBlocks) * this.#options.logicalBlockSize, length: dataLength };
  }

  #check({ offset, length }: Extent): void {
    const { size } = this.#options.source;
    if (offset + length <= size) return;
    const reason = `it must end within ${size} bytes, found ${length} bytes`;
    throw damaged('out-of-bounds', reason, { what: WHAT, offset });
  }
}

/** Puts the records together that are parts of one file. */
function* groupFiles(records: Iterable<PlacedRecord>): Generator<[PlacedRecord, ...PlacedRecord[]], void, undefined> {
  let group: [PlacedRecord, ...PlacedRecord[]] | undefined;
  for (const placed of records) {
    const { record, place } = placed;
    if (group === undefined) {
      group = [placed];
    } else if (sameIdentifier(group[0].record, record)) {
      group.push(placed);
    } else {
      const reason = 'the record must go on with the file of the one before it, found another file';
      throw damaged('malformed', reason, { what: WHAT, offset: place.offset });
    }
    if (record.multiExtent) continue;
    yield group;
    group = undefined;
  }
  if (group === undefined) return;
  const reason = 'its last record must be the end of a file, found one that goes on';
  throw damaged('malformed', reason, { what: WHAT, offset: group[0].place.offset });
}

function sameIdentifier(left: DirectoryRecord, right: DirectoryRecord): boolean {
  return (
    left.identifier.length === right.identifier.length &&
    left.identifier.every((byte, index) => byte === right.identifier[index])
  );
}

function obstacle(records: readonly DirectoryRecord[], found: SystemUse | undefined): string | undefined {
  if (records.some(({ interleaved }) => interleaved)) return 'its data must not be interleaved, found gaps in it';
  if (found?.sparse === true) return 'its data must be stored completely, found a sparse file';
  return undefined;
}

function inodeNumber({
  type,
  stored,
  place,
  found,
  extent,
}: {
  readonly type: FileType;
  readonly stored: number;
  readonly place: Extent;
  readonly found: SystemUse | undefined;
  readonly extent: Extent;
}): number {
  if (type === 'directory') return DIRECTORY_NUMBERS + extent.offset;
  const { serial = 0, links = 1 } = found?.posix ?? {};
  if (serial !== 0) return serial;
  return type === 'file' && links > 1 && stored > 0 ? DATA_NUMBERS + extent.offset : RECORD_NUMBERS + place.offset;
}
