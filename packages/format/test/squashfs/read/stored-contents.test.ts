import { describe, expect, test } from 'vitest';
import type { FileEntry } from '../../../src/filesystem/readonly-file-system.ts';
import type { StoredBlock } from '../../../src/filesystem/stored-contents.ts';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { nodeDecompressors } from '../../../src/node/codecs.ts';
import { openSquashfs } from '../../../src/squashfs/read/open-squashfs.ts';
import type { SquashfsImage } from '../../../src/squashfs/read/squashfs-image.ts';
import { patchableImage } from '../../support/patched-image.ts';
import { richTree } from '../../support/rich-tree.ts';
import { collect, directory, file, noise, openImage, prose, writeImage } from '../../support/trees.ts';

const BLOCK_SIZE = 4096;

/** A file's content, put together out of the blocks that the image names. */
async function assemble(files: SquashfsImage, entry: FileEntry, blocks: readonly StoredBlock[]): Promise<Uint8Array> {
  const { source, decompressor } = files.stored;
  const content = new Uint8Array(entry.stat.size);
  for (const { position, length, start, storedLength, compressed, maximumLength, skip } of blocks) {
    const stored = await source.read(start, storedLength);
    const block = compressed ? await decompressor.decompress(stored, maximumLength) : stored;
    content.set(block.subarray(skip, skip + length), position);
  }
  return content;
}

async function regularFiles(files: SquashfsImage): Promise<FileEntry[]> {
  const entries: FileEntry[] = [];
  for await (const entry of files.walk()) if (entry.stat.type === 'file') entries.push(entry);
  return entries;
}

describe.each(['always', 'small-files', 'never'] as const)('the blocks of files, tails packed %s', (tailPacking) => {
  test('make up the contents', async () => {
    const files = await openImage(await writeImage(richTree(BLOCK_SIZE), { blockSize: BLOCK_SIZE, tailPacking }));
    const entries = await regularFiles(files);
    expect(entries.length).toBeGreaterThan(20);
    for (const entry of entries) {
      const blocks = (await collectRuns(files.stored.blocks(entry))).flat();
      const expected = await collect(files.readFile(entry));
      expect(Buffer.compare(await assemble(files, entry, blocks), expected), entry.path).toBe(0);
    }
  });

  test('are the same at hand as those that are waited for', async () => {
    const files = await openImage(await writeImage(richTree(BLOCK_SIZE), { blockSize: BLOCK_SIZE, tailPacking }));
    let atHand = 0;
    for (const entry of await regularFiles(files)) {
      const blocks = (await collectRuns(files.stored.blocks(entry))).flat();
      const known = files.stored.blocksAtHand?.(entry);
      if (known === undefined) continue;
      atHand += 1;
      expect(known, entry.path).toEqual(blocks);
    }
    expect(atHand).toBeGreaterThan(20);
  });
});

test('no block stands for zeros', async () => {
  const content = new Uint8Array(10 * BLOCK_SIZE);
  content.set(noise(10), 5 * BLOCK_SIZE);
  const files = await openImage(await writeImage(directory({ hole: file(content) }), { blockSize: BLOCK_SIZE }));
  const runs = await collectRuns(files.stored.blocks(await entryOf(files, 'hole')));
  expect(runs.flat()).toMatchObject([{ position: 5 * BLOCK_SIZE, length: BLOCK_SIZE, skip: 0 }]);
});

describe('blocks are not at hand', () => {
  test('of files with many of them, of what is no file, and of entries of others', async () => {
    const root = directory({ small: file('x'), large: file(noise(100 * BLOCK_SIZE)), folder: directory() });
    const image = await writeImage(root, { blockSize: BLOCK_SIZE, tailPacking: 'never' });
    const [files, others] = [await openImage(image), await openImage(image)];
    const at = (path: string) => entryOf(files, path);
    expect(files.stored.blocksAtHand?.(await at('small'))).toHaveLength(1);
    expect(files.stored.blocksAtHand?.(await at('large'))).toBeUndefined();
    expect(files.stored.blocksAtHand?.(await at('folder'))).toBeUndefined();
    expect(others.stored.blocksAtHand?.(await at('small'))).toBeUndefined();
  });

  test('before the place of their fragment is known', async () => {
    const files = await openImage(await writeImage(directory({ text: file(prose(100)) })));
    const entry = await entryOf(files, 'text');
    expect(files.stored.blocksAtHand?.(entry)).toBeUndefined();
    await collectRuns(files.stored.blocks(entry));
    expect(files.stored.blocksAtHand?.(entry)).toHaveLength(1);
  });
});

describe('a list of blocks that lies', () => {
  const patched = async (change: (view: DataView, inode: number) => void) => {
    const root = directory({ large: file(new Uint8Array(BLOCK_SIZE * 4)) });
    const image = await patchableImage(root);
    change(image.view, image.inodeOf('large'));
    return openImage(image.bytes);
  };
  const claim = (size: bigint) => patched((view, inode) => view.setBigUint64(inode + 24, size, true));

  test.each([2n ** 53n - 1n, 2n ** 40n, 2n ** 30n])('about %d bytes is found before it is followed', async (size) => {
    const files = await claim(size);
    const entry = await entryOf(files, 'large');
    expect(entry.stat.size).toBe(Number(size));
    const expected = {
      name: 'AppImageError',
      code: 'malformed',
      path: 'large',
      offset: files.superblock.inodeTableStart,
      message: expect.stringMatching(/list must have at most \d+ blocks, for which there is room, found \d+$/),
    };
    await expect(collect(files.readFile(entry))).rejects.toMatchObject(expected);
    await expect(collect(files.readFile(entry, { start: 0, end: 1 }))).rejects.toMatchObject(expected);
    await expect(collectRuns(files.stored.blocks(entry))).rejects.toMatchObject(expected);
  });

  test('about a few blocks more than there are ends with the table', async () => {
    const files = await claim(BigInt(BLOCK_SIZE * 4000));
    await expect(collect(files.readFile('large'))).rejects.toMatchObject({ name: 'AppImageError', path: 'large' });
  });

  test('about the size of a block says where that is', async () => {
    const image = await patchableImage(directory({ large: file(noise(3 * BLOCK_SIZE)) }));
    image.view.setUint32(image.inodeOf('large') + 32 + 4, 0x0100_0000 + BLOCK_SIZE + 1, true);
    const files = await openImage(image.bytes);
    const start = image.view.getUint32(image.inodeOf('large') + 16, true) + BLOCK_SIZE;
    await expect(collect(files.readFile('large'))).rejects.toMatchObject({ code: 'malformed', offset: start });
  });
});

test('the index of a fragment or of an owner that a table lacks says where the table is', async () => {
  const image = await patchableImage(directory({ text: file('text') }));
  image.view.setUint32(image.inodeOf('text') + 20, 7, true);
  const files = await openSquashfs(bufferSource(image.bytes), { decompressors: nodeDecompressors });
  const { fragmentTableStart, idTableStart } = files.superblock;
  expect(fragmentTableStart).toBeDefined();
  await expect(collect(files.readFile('text'))).rejects.toMatchObject({
    code: 'out-of-bounds',
    offset: fragmentTableStart,
    path: 'text',
  });
  image.view.setUint16(image.inodeOf('text') + 4, 9, true);
  await expect((await openImage(image.bytes)).stat('text')).rejects.toMatchObject({
    code: 'out-of-bounds',
    offset: idTableStart,
    path: 'text',
  });
});

async function entryOf(files: SquashfsImage, path: string): Promise<FileEntry> {
  const entry = (await files.readDirectory('')).find((candidate) => candidate.path === path);
  if (entry === undefined) throw new Error(`The image has ${path}`);
  return entry;
}

async function collectRuns(runs: AsyncIterable<readonly StoredBlock[]>): Promise<(readonly StoredBlock[])[]> {
  const all: (readonly StoredBlock[])[] = [];
  for await (const run of runs) all.push(run);
  return all;
}
