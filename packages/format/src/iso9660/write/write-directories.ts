import type { PlannedInode } from '../../filesystem/write/plan-inodes.ts';
import type { ByteSink } from '../../io/byte-sink.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import { concatBytes, lengthOf } from '../../io/concat-bytes.ts';
import { serializeDirectoryRecord } from '../directory-record.ts';
import { type PathTableRecord, serializePathTable } from '../path-table.ts';
import { serializeContinuationArea } from '../system-use/continuation-area.ts';
import { serializeZisofsEntry } from '../system-use/zisofs-entry.ts';
import { SECTOR_SIZE } from '../volume-descriptor.ts';
import type { FilePlace } from './content-writer.ts';
import { ContinuationPacker } from './continuation-packer.ts';
import {
  type DirectoryEntries,
  directoryEntries,
  type ImageLayout,
  type LaidOutDirectory,
  MAXIMUM_EXTENT_LENGTH,
  type MayCompress,
  placeRecord,
  recordsLength,
} from './directory-layout.ts';

/** What is written together. */
const WRITE_BYTES = 1_048_576;

/** What {@link writeDirectories} works with. */
export interface DirectoryOptions extends ReadOptions {
  readonly sink: ByteSink;
  readonly layout: ImageLayout;
  readonly places: ReadonlyMap<PlannedInode, FilePlace>;
  readonly mayCompress: MayCompress;
}

/** A stretch of the image that a record points to. */
interface Extent {
  readonly sector: number;
  readonly length: number;
}

/** Writes path tables and directories to the places that were kept for them. Answers the serialized record of the root. */
export async function writeDirectories({
  sink,
  layout,
  places,
  mayCompress,
  signal,
}: DirectoryOptions): Promise<Uint8Array> {
  const isCompressed: MayCompress = (inode) => places.get(inode)?.zisofs !== undefined;
  const extents = new Map<PlannedInode, Extent>();
  for (const directory of layout.directories) {
    const length = recordsLength(directory, mayCompress, isCompressed);
    extents.set(directory.inode, { sector: directory.start, length });
  }
  const pieces = [...pathTables(layout)];
  let position = layout.littleEndianPathTable * SECTOR_SIZE;
  const flush = async () => {
    const bytes = concatBytes(pieces.splice(0));
    await sink.write(position, bytes);
    position += bytes.length;
  };
  for (const directory of layout.directories) {
    signal?.throwIfAborted();
    pieces.push(composeDirectory(directory, { extents, places, mayCompress }));
    if (lengthOf(pieces) >= WRITE_BYTES) await flush();
  }
  await flush();
  const [root] = layout.directories;
  return rootRecord((root as LaidOutDirectory).inode, extents);
}

interface Places {
  readonly extents: ReadonlyMap<PlannedInode, Extent>;
  readonly places: ReadonlyMap<PlannedInode, FilePlace>;
  readonly mayCompress: MayCompress;
}

/** All sectors of a directory. */
function composeDirectory(directory: LaidOutDirectory, places: Places): Uint8Array {
  const { start, sectors, continuationSectors } = directory;
  const bytes = new Uint8Array((sectors + continuationSectors) * SECTOR_SIZE);
  const packer = new ContinuationPacker(start + sectors);
  let position = 0;
  for (const entries of directoryEntries(directory, places.mayCompress)) {
    for (const record of composeRecords(entries, packer, places)) {
      const place = placeRecord(position, record.length);
      bytes.set(record, place.start);
      position = place.end;
    }
  }
  packer.copyTo(bytes.subarray(sectors * SECTOR_SIZE));
  return bytes;
}

function* composeRecords(
  { identifier, inode, entries, count, role }: DirectoryEntries,
  packer: ContinuationPacker,
  { extents, places }: Places,
): Generator<Uint8Array, void, undefined> {
  const { node } = inode;
  const place = role === 'child' ? places.get(inode) : undefined;
  const systemUse = [...entries.inline];
  if (place?.zisofs !== undefined) systemUse.push(serializeZisofsEntry(place.zisofs));
  if (entries.continued.length > 0) systemUse.push(serializeContinuationArea(packer.add(entries.continued)));
  const extent = extents.get(inode) ?? place ?? { sector: 0, length: 0 };
  for (let index = 0; index < count; index++) {
    const before = index * MAXIMUM_EXTENT_LENGTH;
    yield serializeDirectoryRecord({
      extentLocation: extent.sector + before / SECTOR_SIZE,
      dataLength: Math.min(extent.length - before, MAXIMUM_EXTENT_LENGTH),
      recordedAt: node.mtime,
      directory: node.type === 'directory',
      multiExtent: index < count - 1,
      identifier,
      systemUse: concatBytes(systemUse),
    });
  }
}

function rootRecord(root: PlannedInode, extents: ReadonlyMap<PlannedInode, Extent>): Uint8Array {
  const { sector, length } = extents.get(root) as Extent;
  return serializeDirectoryRecord({
    extentLocation: sector,
    dataLength: length,
    recordedAt: root.node.mtime,
    directory: true,
    multiExtent: false,
    identifier: Uint8Array.of(0),
    systemUse: new Uint8Array(0),
  });
}

/** Both path tables, each in whole sectors. */
function* pathTables({ directories }: ImageLayout): Generator<Uint8Array, void, undefined> {
  const records = directories.map(
    ({ identifier, start, parent }): PathTableRecord => ({
      identifier,
      extentLocation: start,
      parentNumber: parent.number,
    }),
  );
  for (const byteOrder of ['little-endian', 'big-endian'] as const) {
    const table = serializePathTable(records, byteOrder);
    yield table;
    yield new Uint8Array(-table.length & (SECTOR_SIZE - 1));
  }
}
