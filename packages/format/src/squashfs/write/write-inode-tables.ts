import type { Compressor } from '../../compression/codec.ts';
import { AppImageError } from '../../errors.ts';
import type { OrderedOutput } from '../../filesystem/write/ordered-output.ts';
import type { InodePlan, PlannedInode } from '../../filesystem/write/plan-inodes.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import { encodeFileName } from '../../io/file-name.ts';
import type { DirectoryIndexEntry } from '../directory-inode.ts';
import { type ListingInput, serializeListing } from '../directory-listing.ts';
import { type InodeBody, serializeInode } from '../inode.ts';
import { METADATA_BLOCK_SIZE, type MetadataReference, serializeMetadataReference } from '../metadata-block.ts';
import { IdTable } from './id-table.ts';
import { MetadataWriter } from './metadata-writer.ts';
import type { FileData, FilePlace } from './write-file-data.ts';
import { XattrTable } from './xattr-table.ts';

/** The number of steps that a directory's index can hold. */
const MAXIMUM_INDEX_STEPS = 65_535;

/** What {@link writeInodeTables} works with. */
export interface InodeTablesOptions extends ReadOptions {
  readonly output: OrderedOutput;
  readonly compressor: Compressor;
}

/** The inode and the directory table, and what the tables behind them are made of. */
export interface InodeTables {
  readonly superblockFields: {
    readonly inodeTableStart: number;
    readonly directoryTableStart: number;
    readonly rootInode: bigint;
  };
  /** Packed references of all inodes, by number - 1. */
  readonly references: readonly bigint[];
  readonly ids: IdTable;
  readonly xattrs: XattrTable;
}

/** Writes the inodes in the order of the plan, and the listing of each directory just before the directory's own inode. */
export async function writeInodeTables(
  plan: InodePlan,
  data: FileData,
  options: InodeTablesOptions,
): Promise<InodeTables> {
  const { output, compressor, signal } = options;
  const inodeTable = new MetadataWriter(compressor);
  const directoryTable = new MetadataWriter(compressor);
  const ids = new IdTable();
  const xattrs = new XattrTable(compressor);
  const places = new Map<PlannedInode, MetadataReference>();
  for (const inode of plan.inodes) {
    signal?.throwIfAborted();
    const { node, number } = inode;
    const xattrIndex = await xattrs.indexOf(node.xattrs);
    const body = await makeBody({ inode, xattrIndex, directoryTable, places, data, plan });
    const { mode, mtime } = node;
    const header = { mode, mtime, number, uidIndex: ids.indexOf(node.uid), gidIndex: ids.indexOf(node.gid) };
    places.set(inode, await inodeTable.append(serializeInode({ ...header, ...body })));
  }
  const inodeTableStart = await output.finish();
  const inodes = await inodeTable.finish();
  const directories = await directoryTable.finish();
  output.append(...inodes.pieces, ...directories.pieces);
  const references = plan.inodes.map((inode) => serializeMetadataReference(places.get(inode) as MetadataReference));
  const superblockFields = {
    inodeTableStart,
    directoryTableStart: inodeTableStart + inodes.length,
    rootInode: references.at(-1) as bigint,
  };
  return { superblockFields, references, ids, xattrs };
}

interface BodyInput {
  readonly inode: PlannedInode;
  readonly xattrIndex: number;
  readonly directoryTable: MetadataWriter;
  readonly places: ReadonlyMap<PlannedInode, MetadataReference>;
  readonly data: FileData;
  readonly plan: InodePlan;
}

async function makeBody(input: BodyInput): Promise<InodeBody> {
  const { inode, xattrIndex, data } = input;
  const { node, links } = inode;
  switch (node.type) {
    case 'file':
      return { type: 'file', size: node.content.size, links, xattrIndex, ...(data.places.get(inode) as FilePlace) };
    case 'directory':
      return makeDirectory(input);
    case 'symlink':
      return { type: 'symlink', links, target: encodeFileName(node.target), xattrIndex };
    case 'block-device':
    case 'character-device':
      return { type: node.type, links, device: node.device, xattrIndex };
    default:
      return { type: node.type, links, xattrIndex };
  }
}

async function makeDirectory({ inode, xattrIndex, directoryTable, places, plan }: BodyInput): Promise<InodeBody> {
  const entries = inode.children.map(
    (child): ListingInput => ({
      name: child.name,
      type: child.inode.node.type,
      inode: places.get(child.inode) as MetadataReference,
      number: child.inode.number,
    }),
  );
  const { bytes, indexPoints } = serializeListing(entries, METADATA_BLOCK_SIZE);
  if (bytes.length > 0xffff_fff0) {
    throw new AppImageError('limit', `Cannot write ${JSON.stringify(inode.path)}: the directory has too many entries`, {
      path: inode.path,
    });
  }
  const contentStart = directoryTable.contentLength;
  const { block, offset } = await directoryTable.append(bytes);
  const index = indexPoints.slice(0, MAXIMUM_INDEX_STEPS).map(
    ({ position, name }): DirectoryIndexEntry => ({
      position,
      block: directoryTable.blockStart(contentStart + position),
      name,
    }),
  );
  return {
    type: 'directory',
    listingBlock: block,
    listingOffset: offset,
    listingLength: bytes.length,
    links: inode.links,
    parentNumber: inode.parent?.number ?? plan.inodes.length + 1,
    xattrIndex,
    index,
  };
}
