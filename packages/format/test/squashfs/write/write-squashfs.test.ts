import { lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import type { InputNode } from '../../../src/filesystem/input-tree.ts';
import { nodeCompressor } from '../../../src/node/codecs.ts';
import { mountImage } from '../../support/mount-image.ts';
import { richTree } from '../../support/rich-tree.ts';
import { snapshotFolder, snapshotImage, snapshotInput, type TreeSnapshot, without } from '../../support/snapshots.ts';
import { directory, file, type ImageOptions, openImage, writeImage } from '../../support/trees.ts';

interface Variant {
  readonly name: string;
  readonly blockSize: number;
  readonly options: ImageOptions;
}

const VARIANTS: readonly Variant[] = [
  { name: 'the defaults with gzip', blockSize: 131_072, options: { compressor: nodeCompressor('gzip') } },
  { name: 'the defaults with zstd', blockSize: 131_072, options: { compressor: nodeCompressor('zstd') } },
  { name: 'the defaults with xz', blockSize: 131_072, options: { compressor: nodeCompressor('xz') } },
  { name: 'xz, 4 KiB blocks', blockSize: 4096, options: { compressor: nodeCompressor('xz') } },
  {
    name: 'gzip at level 1, 4 KiB blocks, all tails packed',
    blockSize: 4096,
    options: { compressor: nodeCompressor('gzip', 1), tailPacking: 'always' },
  },
  {
    name: 'zstd at level 22, 4 KiB blocks, no tails packed, not exportable',
    blockSize: 4096,
    options: { compressor: nodeCompressor('zstd', 22), tailPacking: 'never', exportable: false },
  },
  {
    name: 'zstd at level 1, 1 MiB blocks, all tails packed',
    blockSize: 1_048_576,
    options: { compressor: nodeCompressor('zstd', 1), tailPacking: 'always' },
  },
  {
    name: 'gzip at level 9, 1 MiB blocks, no tails packed, not exportable',
    blockSize: 1_048_576,
    options: { compressor: nodeCompressor('gzip', 9), tailPacking: 'never', exportable: false },
  },
];

describe.each(VARIANTS)('an image with $name', ({ blockSize, options }) => {
  let content: Promise<{ readonly bytes: Uint8Array; readonly expected: TreeSnapshot }> | undefined;
  const make = async () => {
    const root = richTree(blockSize);
    return { bytes: await writeImage(root, { blockSize, ...options }), expected: await snapshotInput(root) };
  };
  const write = async () => {
    content ??= make();
    const { bytes, expected } = await content;
    const folder = temporaryFolder();
    const image = join(folder, 'image');
    writeFileSync(image, bytes);
    return { folder, image, bytes, expected };
  };

  test('is read back equal', async () => {
    const { bytes, expected } = await write();
    expect(await snapshotImage(await openImage(bytes))).toEqual(expected);
  });

  testWith(['kernel', 'getfattr'], 'is read equal by the kernel', async () => {
    const { folder, image, expected } = await write();
    const mountPoint = join(folder, 'mounted');
    mkdirSync(mountPoint);
    expect(snapshotFolder(mountImage(image, mountPoint), { xattrs: true })).toEqual(expected);
  });

  testWith(['unsquashfs', 'root', 'getfattr'], 'is extracted equal by unsquashfs', async () => {
    const { folder, image, expected } = await write();
    const target = join(folder, 'extracted');
    run('unsquashfs', ['-no-progress', '-strict-errors', '-dest', target, image]);
    const extracted = snapshotFolder(target, { xattrs: true });
    expect(without(extracted, 'links')).toEqual(without(expected, 'links'));
  });

  testWith(['unsquashfs'], 'is listed completely by unsquashfs', async () => {
    const { image, expected } = await write();
    const listing = run('unsquashfs', ['-no-progress', '-lln', image]).trimEnd().split('\n');
    const named = listing.filter((line) => / squashfs-root(\/|$)/.test(line));
    expect(named).toHaveLength(Object.keys(expected).length);
    expect(named.every((line) => /^[-dlbcps]/.test(line))).toBe(true);
  });
});

describe('the superblock', () => {
  testWith(['unsquashfs'], 'tells unsquashfs what was asked for', async () => {
    const image = join(temporaryFolder(), 'image');
    const compressor = nodeCompressor('gzip', 4);
    const mkfsTime = 1_600_000_000;
    writeFileSync(
      image,
      await writeImage(richTree(8192), { compressor, blockSize: 8192, mkfsTime, tailPacking: 'never' }),
    );
    const text = run('unsquashfs', ['-stat', '-UTC', image]);
    expect(text).toContain('Compression gzip');
    expect(text).toContain('compression-level 4');
    expect(text).toContain('Block size 8192');
    expect(text).toContain('Sun Sep 13 12:26:40 2020');
    expect(text).toContain('Filesystem is exportable via NFS');
    expect(text).toContain('Fragments are not stored');
    expect(text).toContain('Duplicates are removed');
    expect(text).toContain('Number of fragments 0');
  });

  testWith(['unsquashfs'], 'says that there are no xattrs and no export table', async () => {
    const image = join(temporaryFolder(), 'image');
    writeFileSync(image, await writeImage(directory(), { exportable: false, tailPacking: 'always' }));
    const text = run('unsquashfs', ['-stat', image]);
    expect(text).toContain('Compression zstd');
    expect(text).toContain('compression-level 3');
    expect(text).toContain('Xattrs are not stored');
    expect(text).toContain('Filesystem is not exportable via NFS');
    expect(text).toContain('Always-use-fragments option is specified');
    expect(text).toContain('Number of inodes 1');
  });
});

testWith(['kernel'], 'all permission bits reach the kernel', async () => {
  const folder = temporaryFolder();
  const modes = Array.from({ length: 0o10000 }, (_, mode) => mode);
  const root = directory(modes.map((mode): [string, InputNode] => [`${mode}`, file('', { mode })]));
  writeFileSync(join(folder, 'image'), await writeImage(root));
  mkdirSync(join(folder, 'mounted'));
  const mounted = mountImage(join(folder, 'image'), join(folder, 'mounted'));
  expect(modes.map((mode) => lstatSync(join(mounted, `${mode}`)).mode & 0o7777)).toEqual(modes);
});

testWith(['unsquashfs'], 'an image without padding is read by unsquashfs', async () => {
  const image = join(temporaryFolder(), 'image');
  writeFileSync(image, await writeImage(directory({ name: file('text') }), { padding: 1 }));
  expect(run('unsquashfs', ['-cat', image, 'name'])).toBe('text');
});

test.each([1, 4096, 65_536])('the length is a multiple of the padding of %d bytes', async (padding) => {
  const bytes = await writeImage(richTree(4096), { blockSize: 4096, padding });
  const { superblock } = await openImage(bytes);
  expect(bytes.length).toBe(Math.ceil(superblock.bytesUsed / padding) * padding);
});
