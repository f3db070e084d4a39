import { closeSync, mkdirSync, openSync, readFileSync, readSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import type { InputNode } from '../../../src/filesystem/input-tree.ts';
import { memorySink } from '../../../src/io/byte-sink.ts';
import { type ByteSource, bufferSource } from '../../../src/io/byte-source.ts';
import { nodeDecompressors } from '../../../src/node/codecs.ts';
import { extractFileSystem } from '../../../src/node/extract/extract-file-system.ts';
import { openFileSink } from '../../../src/node/file-sink.ts';
import { openFileSource } from '../../../src/node/file-source.ts';
import { openSquashfs } from '../../../src/squashfs/read/open-squashfs.ts';
import { writeHugeHole, writeImageFarAway } from '../../support/assembled-image.ts';
import { mountImage } from '../../support/mount-image.ts';
import { snapshotFolder, snapshotImage } from '../../support/snapshots.ts';
import {
  collect,
  device,
  directory,
  file,
  noise,
  openImage,
  prose,
  symlink,
  writeImage,
  xattrs,
} from '../../support/trees.ts';

const TIB = 2 ** 40;

describe('an image of more than 4 GiB', () => {
  const root = directory({
    blocks: file(noise(3_000_000, 5), { xattrs: xattrs({ 'user.far': 'away' }) }),
    fragment: file(prose(5000)),
    folder: directory({ link: symlink('../blocks'), device: device('block-device', 259, 65_537) }),
  });

  async function writeFar(): Promise<string> {
    const image = join(temporaryFolder(), 'image');
    await using sink = await openFileSink(image);
    await writeImageFarAway(root, sink, 5 * 2 ** 30);
    expect(statSync(image).size).toBeGreaterThan(5 * 2 ** 30);
    return image;
  }

  testWith(['kernel', 'getfattr'], 'is read as the kernel reads it', async () => {
    const image = await writeFar();
    const folder = join(image, '../mounted');
    mkdirSync(folder);
    const expected = snapshotFolder(mountImage(image, folder), { xattrs: true });
    await using source = await openFileSource(image);
    const files = await openSquashfs(source, { decompressors: nodeDecompressors });
    expect(files.superblock.inodeTableStart).toBeGreaterThan(2 ** 32);
    expect(await snapshotImage(files)).toEqual(expected);
  });

  testWith(['unsquashfs'], 'is extracted as unsquashfs does it', async () => {
    const image = await writeFar();
    await using source = await openFileSource(image);
    const [ours, theirs] = [join(image, '../ours'), join(image, '../theirs')];
    await extractFileSystem(await openSquashfs(source, { decompressors: nodeDecompressors }), ours, {
      filter: ({ stat }) => stat.device === undefined,
    });
    run('unsquashfs', ['-no-progress', '-quiet', '-no-xattrs', '-excludes', '-dest', theirs, image, 'folder/device']);
    expect(snapshotFolder(ours)).toEqual(snapshotFolder(theirs));
  });
});

describe('a hole of terabytes', () => {
  const blocks = 3 * 2 ** 20;

  async function openHole() {
    const sink = memorySink();
    await writeHugeHole(blocks, 'the end', sink);
    return sink.bytes.slice();
  }

  test('is read at its end in next to no memory, out of an image of some KiB', async () => {
    const bytes = await openHole();
    expect(bytes.length).toBeLessThan(100_000);
    const files = await openImage(bytes);
    const { size } = await files.stat('hole');
    expect(size).toBe(3 * TIB + 7);
    const before = process.memoryUsage().arrayBuffers;
    const end = await collect(files.readFile('hole', { start: size - 10 }));
    expect(Buffer.from(end).toString()).toBe('\0\0\0the end');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1_048_576);
  });

  testWith(['kernel'], 'is the same for the kernel', async () => {
    const folder = temporaryFolder();
    const image = join(folder, 'image');
    {
      await using sink = await openFileSink(image);
      await writeHugeHole(blocks, 'the end', sink);
    }
    mkdirSync(join(folder, 'mounted'));
    const hole = join(mountImage(image, join(folder, 'mounted')), 'hole');
    expect(statSync(hole).size).toBe(3 * TIB + 7);
    const bytes = new Uint8Array(10);
    const descriptor = openSync(hole, 'r');
    expect(readSync(descriptor, bytes, 0, 10, 3 * TIB - 3)).toBe(10);
    closeSync(descriptor);
    expect(Buffer.from(bytes).toString()).toBe('\0\0\0the end');
  });

  test('is extracted as a hole, within the strictest limits', async () => {
    const folder = temporaryFolder();
    const image = join(folder, 'image');
    await using sink = await openFileSink(image);
    await writeHugeHole(2 ** 20, 'the end', sink);
    await using source = await openFileSource(image);
    const files = await openSquashfs(source, { decompressors: nodeDecompressors });
    const target = join(folder, 'target');
    const { bytes } = await extractFileSystem(files, target, { limits: { totalSize: 10, ratio: 1, entries: 1 } });
    expect(bytes).toBe(TIB + 7);
    const extracted = statSync(join(target, 'hole'));
    expect(extracted.size).toBe(TIB + 7);
    expect(extracted.blocks * 512).toBeLessThan(65_536);
  });
});

/** Counts what is read of the metadata, in pieces of the size in which it is read. */
function countingSource(source: ByteSource): ByteSource & { readonly reads: readonly number[] } {
  const reads: number[] = [];
  return {
    size: source.size,
    reads,
    read(offset, length, options) {
      reads.push(length);
      return source.read(offset, length, options);
    },
  };
}

describe('a directory of 300,000 entries', () => {
  const count = 300_000;
  const nameOf = (index: number) => `entry-${`${index}`.padStart(6, '0')}-of-many`;
  const samples = [0, 1, 149_999, count - 1];

  async function expectFewReads(bytes: Uint8Array): Promise<void> {
    for (const index of samples) {
      const source = countingSource(bufferSource(bytes));
      const files = await openSquashfs(source, { decompressors: nodeDecompressors });
      expect(await files.readLink(`crowd/${nameOf(index)}`)).toBe(`${index}`);
      // Superblock, ids, xattrs, the root and its listing, the directory with its index, the stretch, the symlink.
      expect(source.reads.length, nameOf(index)).toBeLessThan(14);
    }
    const files = await openImage(bytes);
    for (const name of ['a', `${nameOf(5)}x`, nameOf(count), 'zzz']) {
      await expect(files.stat(`crowd/${name}`)).rejects.toMatchObject({ code: 'not-found' });
    }
  }

  test('that we wrote is found by name in a few reads', async () => {
    const entries = Array.from({ length: count }, (_, index): [string, InputNode] => [
      nameOf(index),
      symlink(`${index}`),
    ]);
    await expectFewReads(
      await writeImage(directory({ 'another-crowd': directory(entries.slice(0, 1000)), crowd: directory(entries) })),
    );
  });

  testWith(['mksquashfs', '/dev/shm'], 'that mksquashfs wrote is found by name in a few reads', async () => {
    const folder = temporaryFolder('/dev/shm'); // on a disk it would take minutes
    mkdirSync(join(folder, 'tree/crowd'), { recursive: true });
    for (let index = 0; index < count; index++) symlinkSync(`${index}`, join(folder, 'tree/crowd', nameOf(index)));
    const args = ['-comp', 'zstd', '-Xcompression-level', '1', '-no-progress', '-quiet', '-no-xattrs'];
    run('mksquashfs', ['tree', 'image', '-noappend', ...args], { cwd: folder });
    await expectFewReads(readFileSync(join(folder, 'image')));
  });
});
