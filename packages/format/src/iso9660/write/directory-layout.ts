import { AppImageError } from '../../errors.ts';
import type { PlannedInode } from '../../filesystem/write/plan-inodes.ts';
import { PARENT_IDENTIFIER, recordLength, SELF_IDENTIFIER } from '../directory-record.ts';
import { pathTableSize } from '../path-table.ts';
import { ZISOFS_ENTRY_SIZE } from '../system-use/zisofs-entry.ts';
import { SECTOR_SIZE } from '../volume-descriptor.ts';
import { ContinuationPacker } from './continuation-packer.ts';
import { isoIdentifiers } from './iso-identifiers.ts';
import { fileEntries, inlineLength, linkEntries, type RecordEntries, rootEntries } from './record-entries.ts';

/** Path tables count directories with 16 bits. */
const MAXIMUM_DIRECTORIES = 65_535;

/** The longest stretch of a file that one record can describe: whole sectors below 4 GiB. */
export const MAXIMUM_EXTENT_LENGTH: number = 2 ** 32 - SECTOR_SIZE;

/** A name in a directory. */
export interface LaidOutChild {
  readonly name: Uint8Array;
  readonly identifier: Uint8Array;
  readonly inode: PlannedInode;
}

/** Where a directory goes. */
export interface LaidOutDirectory {
  readonly inode: PlannedInode;
  readonly identifier: Uint8Array;
  /** Its place in the path tables, from 1 on. */
  readonly number: number;
  /** The one that has it; the root has itself. */
  readonly parent: LaidOutDirectory;
  /** In the order of their identifiers. */
  readonly children: readonly LaidOutChild[];
  /** First sector of its records. */
  readonly start: number;
  /** Sectors kept for its records. */
  readonly sectors: number;
  /** Sectors for what the records have no room for, behind them. */
  readonly continuationSectors: number;
}

/** Where everything goes that is not file content. */
export interface ImageLayout {
  /** In the order of their numbers: each level below the one before it. */
  readonly directories: readonly LaidOutDirectory[];
  readonly byInode: ReadonlyMap<PlannedInode, LaidOutDirectory>;
  /** Bytes. */
  readonly pathTableSize: number;
  /** Sectors of the two path tables. */
  readonly littleEndianPathTable: number;
  readonly bigEndianPathTable: number;
  /** First sector of file content. */
  readonly dataStart: number;
}

/** Tells of a file whether it may turn out to be compressed. */
export type MayCompress = (inode: PlannedInode) => boolean;

/**
 * Finds places for path tables and directories, from the sector `start` on, before anything is known of the contents: where a
 * file may be compressed, there is room to say so.
 *
 * @throws AppImageError `limit` for more directories than path tables can count
 */
export function layOutImage(root: PlannedInode, start: number, mayCompress: MayCompress): ImageLayout {
  const drafts = listDirectories(root);
  const tableSize = pathTableSize(drafts.map(({ identifier }) => identifier.length));
  const tableSectors = Math.ceil(tableSize / SECTOR_SIZE);
  let position = start + 2 * tableSectors;
  const directories: LaidOutDirectory[] = [];
  const byInode = new Map<PlannedInode, LaidOutDirectory>();
  for (const draft of drafts) {
    const sectors = Math.ceil(recordsLength(draft, mayCompress, mayCompress) / SECTOR_SIZE);
    const packer = new ContinuationPacker(0);
    for (const { entries } of directoryEntries(draft, mayCompress)) {
      if (entries.continued.length > 0) packer.add(entries.continued);
    }
    const parent = draft.inode.parent === undefined ? undefined : byInode.get(draft.inode.parent);
    const directory: LaidOutDirectory = {
      ...draft,
      start: position,
      sectors,
      continuationSectors: packer.sectors,
      get parent() {
        return parent ?? directory;
      },
    };
    directories.push(directory);
    byInode.set(draft.inode, directory);
    position += sectors + packer.sectors;
  }
  return {
    directories,
    byInode,
    pathTableSize: tableSize,
    littleEndianPathTable: start,
    bigEndianPathTable: start + tableSectors,
    dataStart: position,
  };
}

/** Records of one name of a directory: itself and its parent first, a file of several extents one for each of them. */
export interface DirectoryEntries {
  readonly identifier: Uint8Array;
  readonly inode: PlannedInode;
  readonly entries: RecordEntries;
  /** How many records of this kind there are. */
  readonly count: number;
  readonly role: 'self' | 'parent' | 'child';
}

type Draft = Pick<LaidOutDirectory, 'inode' | 'identifier' | 'number' | 'children'>;

/** What is recorded in a directory, in that order. */
export function* directoryEntries(
  { inode, children }: Pick<LaidOutDirectory, 'inode' | 'children'>,
  mayCompress: MayCompress,
): Generator<DirectoryEntries, void, undefined> {
  const own = inode.parent === undefined ? rootEntries(inode) : linkEntries(inode);
  yield { identifier: SELF_IDENTIFIER, inode, entries: own, count: 1, role: 'self' };
  const parent = inode.parent ?? inode;
  yield { identifier: PARENT_IDENTIFIER, inode: parent, entries: linkEntries(parent), count: 1, role: 'parent' };
  for (const child of children) {
    const { identifier } = child;
    const options = { identifierLength: identifier.length, mayCompress: mayCompress(child.inode) };
    const entries = fileEntries(child, options);
    yield { identifier, inode: child.inode, entries, count: extentCount(child.inode), role: 'child' };
  }
}

/** Bytes of a directory's records, where `isCompressed` says which files have the entry that tells so. */
export function recordsLength(
  directory: Pick<LaidOutDirectory, 'inode' | 'children'>,
  mayCompress: MayCompress,
  isCompressed: MayCompress,
): number {
  let position = 0;
  for (const { identifier, inode, entries, count, role } of directoryEntries(directory, mayCompress)) {
    const unpadded =
      recordLength(identifier.length) +
      inlineLength(entries) +
      (role === 'child' && isCompressed(inode) ? ZISOFS_ENTRY_SIZE : 0);
    for (let index = 0; index < count; index++) position = placeRecord(position, unpadded + (unpadded % 2)).end;
  }
  return Math.ceil(position / SECTOR_SIZE) * SECTOR_SIZE;
}

/** Where a record goes behind others: no record crosses a sector. */
export function placeRecord(position: number, length: number): { readonly start: number; readonly end: number } {
  const room = SECTOR_SIZE - (position % SECTOR_SIZE);
  const start = length > room ? position + room : position;
  return { start, end: start + length };
}

function extentCount({ node }: PlannedInode): number {
  return node.type === 'file' ? Math.max(1, Math.ceil(node.content.size / MAXIMUM_EXTENT_LENGTH)) : 1;
}

/** All directories, level by level. */
function listDirectories(root: PlannedInode): Draft[] {
  const drafts: Draft[] = [];
  let level: { readonly inode: PlannedInode; readonly identifier: Uint8Array }[] = [
    { inode: root, identifier: SELF_IDENTIFIER },
  ];
  while (level.length > 0) {
    const below: typeof level = [];
    for (const { inode, identifier } of level) {
      const children = identify(inode);
      drafts.push({ inode, identifier, number: drafts.length + 1, children });
      if (drafts.length > MAXIMUM_DIRECTORIES) {
        throw new AppImageError('limit', `Cannot write ISO 9660 image: it holds ${MAXIMUM_DIRECTORIES} directories`);
      }
      below.push(...children.filter((child) => child.inode.node.type === 'directory'));
    }
    level = below;
  }
  return drafts;
}

function identify({ children }: PlannedInode): LaidOutChild[] {
  const named = children.map(({ name, inode }) => ({ name, directory: inode.node.type === 'directory' }));
  const identifiers = isoIdentifiers(named);
  const keyed = children.map(({ name, inode }, index) => {
    const identifier = identifiers[index] as Uint8Array;
    return { child: { name, identifier, inode }, key: String.fromCharCode(...identifier) };
  });
  return keyed.sort((left, right) => (left.key < right.key ? -1 : 1)).map(({ child }) => child);
}
