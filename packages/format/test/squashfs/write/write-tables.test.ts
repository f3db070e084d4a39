import { describe, expect, test } from 'vitest';
import type { Decompressor } from '../../../src/compression/codec.ts';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { nodeDecompressors } from '../../../src/node/codecs.ts';
import { type Inode, parseInode } from '../../../src/squashfs/inode.ts';
import { parseMetadataReference } from '../../../src/squashfs/metadata-block.ts';
import { LookupTable } from '../../../src/squashfs/read/lookup-table.ts';
import { MetadataReader } from '../../../src/squashfs/read/metadata-reader.ts';
import { parseSuperblock } from '../../../src/squashfs/superblock.ts';
import { richTree } from '../../support/rich-tree.ts';
import { openImage, writeImage } from '../../support/trees.ts';

/** All inodes, by way of the table that NFS uses: number by number. */
async function inodesByNumber(image: Uint8Array): Promise<Inode[]> {
  const source = bufferSource(image);
  const superblock = parseSuperblock(image);
  const metadata = new MetadataReader(source, nodeDecompressors.zstd as Decompressor, superblock.bytesUsed);
  const pointersStart = superblock.exportTableStart ?? Number.NaN;
  const sourceSize = source.size;
  const table = {
    metadata,
    sourceSize,
    pointersStart,
    entrySize: 8,
    count: superblock.inodeCount,
    what: 'export table',
  };
  const references = new LookupTable(table);
  const inodes: Inode[] = [];
  for (let index = 0; index < superblock.inodeCount; index++) {
    const { block, offset } = parseMetadataReference((await references.entry(index)).bigUint64());
    const place = { start: superblock.inodeTableStart + block, offset };
    const parse = () => parseInode(metadata.record(place), superblock.blockSize);
    inodes.push(await metadata.attempt(parse));
  }
  return inodes;
}

describe('the export table', () => {
  test('leads from each number to the inode of that number', async () => {
    const inodes = await inodesByNumber(await writeImage(richTree(4096), { blockSize: 4096 }));
    expect(inodes.length).toBeGreaterThan(150);
    expect(inodes.map(({ number }) => number)).toEqual(inodes.map((_, index) => index + 1));
  });

  test('is not there where it is not wanted', async () => {
    const { superblock } = await openImage(await writeImage(richTree(4096), { blockSize: 4096, exportable: false }));
    expect(superblock.exportTableStart).toBeUndefined();
  });
});

test('a directory knows the number of the one that it is in, the root one that nobody has', async () => {
  const image = await writeImage(richTree(4096), { blockSize: 4096 });
  const inodes = await inodesByNumber(image);
  const files = await openImage(image);
  const parentOf = (number: number) => {
    const inode = inodes[number - 1];
    return inode?.type === 'directory' ? inode.parentNumber : undefined;
  };
  expect(parentOf((await files.stat('')).inode)).toBe(inodes.length + 1);
  for await (const { path, stat } of files.walk()) {
    if (stat.type !== 'directory') continue;
    const parent = await files.stat(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    expect(parentOf(stat.inode), path).toBe(parent.inode);
  }
});
