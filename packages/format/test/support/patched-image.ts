import type { InputDirectory } from '../../src/filesystem/input-tree.ts';
import { encodeFileName } from '../../src/io/file-name.ts';
import { METADATA_HEADER_SIZE, parseMetadataReference } from '../../src/squashfs/metadata-block.ts';
import { parseSuperblock, type Superblock, serializeSuperblock } from '../../src/squashfs/superblock.ts';
import { storingCompressor } from './hostile.ts';
import { writeImage } from './trees.ts';

/** An image whose inodes and listings are stored as they are, each table in one block, and can be changed field by field. */
export interface PatchableImage {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly superblock: Superblock;
  /** Where the root's inode begins. */
  readonly rootInode: number;
  /** Where the listing of the directory whose only or first entry has this name begins. */
  listingOf(firstName: string): number;
  /** Where the only entry of that name begins, its name 8 bytes later. */
  entry(name: string): number;
  /** Where the inode of the entry of that name begins. */
  inodeOf(name: string): number;
  /** Replaces fields of the superblock. */
  patchSuperblock(fields: Partial<Superblock>): void;
}

export async function patchableImage(root: InputDirectory): Promise<PatchableImage> {
  const bytes = await writeImage(root, { compressor: storingCompressor, blockSize: 4096, padding: 1 });
  const view = new DataView(bytes.buffer);
  const superblock = parseSuperblock(bytes);
  const inodes = superblock.inodeTableStart + METADATA_HEADER_SIZE;
  const entry = (name: string): number => {
    const at = Buffer.from(bytes).indexOf(encodeFileName(name), superblock.directoryTableStart);
    if (at < 0) throw new RangeError(`There is no entry ${name}`);
    return at - 8;
  };
  return {
    bytes,
    view,
    superblock,
    rootInode: inodes + parseMetadataReference(superblock.rootInode).offset,
    listingOf: (firstName) => entry(firstName) - 12,
    entry,
    inodeOf: (name) => inodes + view.getUint16(entry(name), true),
    patchSuperblock: (fields) => bytes.set(serializeSuperblock({ ...superblock, ...fields })),
  };
}
