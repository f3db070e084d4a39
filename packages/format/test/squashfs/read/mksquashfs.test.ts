import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isThere, run, sharedFolder, temporaryFolder, testWith } from '@appimage-js/testing';
import { beforeAll, describe, expect } from 'vitest';
import { bufferSource, windowSource } from '../../../src/io/byte-source.ts';
import { decodeFileName } from '../../../src/io/file-name.ts';
import { nodeDecompressors } from '../../../src/node/codecs.ts';
import { openFileSource } from '../../../src/node/file-source.ts';
import { openSquashfs } from '../../../src/squashfs/read/open-squashfs.ts';
import {
  type FileSnapshot,
  osPath,
  snapshotFolder,
  snapshotImage,
  type TreeSnapshot,
} from '../../support/snapshots.ts';
import { collect, noise, openImage, prose } from '../../support/trees.ts';

/** A folder on disk with what an ordinary user can make, and with more where the user is root. */
function makeFolder(folder: string): void {
  mkdirSync(join(folder, 'sub/deeper'), { recursive: true });
  mkdirSync(join(folder, 'empty'));
  for (const length of [0, 1, 4095, 4096, 4097, 131_071, 131_072, 131_073, 400_000, 1_048_576, 1_300_000]) {
    writeFileSync(join(folder, `noise-${length}`), noise(length, length + 2));
    writeFileSync(join(folder, `prose-${length}`), prose(length));
  }
  for (const name of ['one', 'two', 'sub/three']) writeFileSync(join(folder, name), noise(300_000, 9));
  linkSync(join(folder, 'one'), join(folder, 'sub/deeper/one'));
  symlinkSync('../one', join(folder, 'sub/link'));
  symlinkSync('x'.repeat(4000), join(folder, 'long-link'));
  lutimesSync(join(folder, 'long-link'), 1, 1);
  const sparse = openSync(join(folder, 'sparse'), 'w');
  writeSync(sparse, 'data', 3_000_000);
  ftruncateSync(sparse, 5_000_001);
  closeSync(sparse);
  writeFileSync(osPath(folder, decodeFileName(Uint8Array.of(0x66, 0xff, 0x6f))), 'not UTF-8');
  writeFileSync(join(folder, 'n'.repeat(255)), 'long name');
  chmodSync(join(folder, 'two'), 0o4711);
  run('mkfifo', [join(folder, 'fifo')]);
  utimesSync(join(folder, 'empty'), 12, 12);
  const crowd = join(folder, 'crowd');
  mkdirSync(crowd);
  for (let index = 0; index < 3000; index++) writeFileSync(join(crowd, `entry-with-a-rather-long-name-${index}`), '');
  run('setfattr', ['-n', 'user.comment', '-v', 'a comment', join(folder, 'one')]);
  run('setfattr', ['-n', 'user.large', '-v', 'large'.repeat(400), join(folder, 'two')]);
  run('setfattr', ['-n', 'user.large', '-v', 'large'.repeat(400), join(folder, 'sub')]);
  run('setfattr', ['-n', 'user.other', '-v', '', join(folder, 'sub')]);
  if (!isThere('root')) return;
  run('mknod', [join(folder, 'character'), 'c', '259', '65537']);
  run('mknod', [join(folder, 'block'), 'b', '8', '1']);
  run('chown', ['70000:80000', join(folder, 'two')]);
  run('setfattr', ['-h', '-n', 'trusted.of-a-link', '-v', 'yes', join(folder, 'long-link')]);
}

/** What `mksquashfs` is told, and how its result differs from the folder. */
interface Variant {
  readonly args: readonly string[];
  readonly adapt?: (source: TreeSnapshot) => TreeSnapshot;
}

const VARIANTS: readonly Variant[] = [
  { args: ['-comp', 'gzip'] },
  { args: ['-comp', 'zstd'] },
  { args: ['-comp', 'zstd', '-Xcompression-level', '22', '-b', '1M'] },
  { args: ['-comp', 'gzip', '-b', '4K'] },
  { args: ['-comp', 'gzip', '-Xcompression-level', '3', '-Xwindow-size', '8', '-Xstrategy', 'huffman_only'] },
  { args: ['-comp', 'zstd', '-no-fragments'] },
  { args: ['-comp', 'zstd', '-always-use-fragments', '-b', '64K'] },
  { args: ['-comp', 'gzip', '-noI', '-noD', '-noF', '-noX'] },
  { args: ['-comp', 'zstd', '-noI'] },
  { args: ['-comp', 'zstd', '-noId', '-noD'] },
  { args: ['-comp', 'zstd', '-all-root'], adapt: ownAll },
  { args: ['-comp', 'gzip', '-root-owned'], adapt: ownAll },
  { args: ['-comp', 'gzip', '-no-xattrs'], adapt: dropXattrs },
  { args: ['-comp', 'zstd', '-nopad', '-no-exports', '-no-duplicates'] },
  { args: ['-comp', 'zstd', '-no-hardlinks'], adapt: cutLinks },
  { args: ['-comp', 'gzip', '-no-sparse'] },
];

describe('what mksquashfs writes', () => {
  const folder = sharedFolder();
  let source: TreeSnapshot = {};

  beforeAll(() => {
    if (!['mksquashfs', 'getfattr', 'setfattr'].every(isThere)) return;
    makeFolder(folder);
    source = snapshotFolder(folder, { xattrs: true });
  });

  const makeImage = (args: readonly string[]): string => {
    const image = join(temporaryFolder(), 'image');
    run('mksquashfs', [folder, image, '-noappend', '-no-progress', '-quiet', ...args]);
    return image;
  };

  for (const { args, adapt = unchanged } of VARIANTS) {
    testWith(['mksquashfs', 'getfattr', 'setfattr'], `with ${args.join(' ')} is read equal`, async () => {
      const image = makeImage(args);
      await using opened = await openFileSource(image);
      const files = await openSquashfs(opened, { decompressors: nodeDecompressors });
      expect(await snapshotImage(files)).toEqual(adapt(source));
    });
  }

  testWith(['mksquashfs', 'setfattr'], 'is read at an offset in a larger file', async () => {
    const image = makeImage(['-comp', 'zstd']);
    const bytes = readFileSync(image);
    const shifted = windowSource(bufferSource(Buffer.concat([noise(12_345), bytes, noise(99)])), 12_345);
    const files = await openSquashfs(shifted, { decompressors: nodeDecompressors });
    expect(await snapshotImage(files)).toEqual(await snapshotImage(await openImage(bytes)));
  });

  testWith(['mksquashfs', 'setfattr'], 'is looked up by name through the index of a directory', async () => {
    const image = makeImage(['-comp', 'gzip']);
    const files = await openImage(readFileSync(image));
    const names = readdirSync(join(folder, 'crowd'));
    for (const name of names) {
      expect((await files.stat(`crowd/${name}`)).type).toBe('file');
    }
    for (const name of [
      '!',
      'entry',
      'entry-with-a-rather-long-name-',
      'entry-with-a-rather-long-name-3000',
      'zzz',
      '\u0001',
    ]) {
      const path = `crowd/${name}`;
      await expect(files.stat(path)).rejects.toMatchObject({ code: 'not-found', path });
    }
  });

  testWith(['mksquashfs', 'setfattr'], 'is read by ranges', async () => {
    const image = makeImage(['-comp', 'zstd', '-b', '4K', '-always-use-fragments']);
    const files = await openImage(readFileSync(image));
    for (const name of ['noise-4097', 'prose-131073', 'noise-400000']) {
      const content = readFileSync(join(folder, name));
      const borders = [0, 1, 4095, 4096, 4097, 8192, content.length - 4097, content.length - 1, content.length];
      for (const start of borders) {
        for (const end of borders) {
          if (start < 0 || start > end || end > content.length) continue;
          const found = await collect(files.readFile(name, { start, end }));
          expect(Buffer.compare(found, content.subarray(start, end)), `${name} from ${start} to ${end}`).toBe(0);
        }
      }
    }
  });
});

const unchanged = (tree: TreeSnapshot): TreeSnapshot => tree;

function ownAll(tree: TreeSnapshot): TreeSnapshot {
  return mapFiles(tree, (file) => ({ ...file, uid: 0, gid: 0 }));
}

function dropXattrs(tree: TreeSnapshot): TreeSnapshot {
  return mapFiles(tree, (file) => ({ ...file, xattrs: {} }));
}

function cutLinks(tree: TreeSnapshot): TreeSnapshot {
  return mapFiles(tree, ({ sameAs: _, ...file }) => (file.type === 'directory' ? file : { ...file, links: 1 }));
}

function mapFiles(tree: TreeSnapshot, change: (file: FileSnapshot) => FileSnapshot): TreeSnapshot {
  return Object.fromEntries(Object.entries(tree).map(([path, file]) => [path, change(file)]));
}
