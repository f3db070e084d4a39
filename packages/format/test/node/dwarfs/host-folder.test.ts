import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { HostFolder } from '../../../src/node/dwarfs/host-folder.ts';
import { extractFileSystem } from '../../../src/node/extract/extract-file-system.ts';
import { richTree } from '../../support/rich-tree.ts';
import { snapshotFolder, snapshotImage, without } from '../../support/snapshots.ts';
import { collect, noise, openImage, writeImage } from '../../support/trees.ts';

function small(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'a'));
  writeFileSync(join(folder, 'a/file'), noise(600_000));
  symlinkSync('a', join(folder, 'link'));
  return folder;
}

describe('a folder of the host', () => {
  testWith(['root', 'mknod'], 'is read as the system sees it', async () => {
    const tree = join(temporaryFolder(), 'tree');
    await extractFileSystem(await openImage(await writeImage(richTree(131_072))), tree);
    run('mknod', [join(tree, 'device'), 'b', '259', '65537']);
    run('mkfifo', [join(tree, 'fifo')]);
    expect(without(await snapshotImage(new HostFolder(tree)), 'xattrs')).toEqual(
      without(snapshotFolder(tree), 'xattrs'),
    );
  });

  test('gives any range of a file', async () => {
    const files = new HostFolder(small());
    for (const [start, end] of [
      [0, 0],
      [0, 600_000],
      [262_143, 262_145],
      [599_999, 600_000],
    ] as const) {
      const bytes = await collect(files.readFile('a/file', { start, end }));
      expect(Buffer.compare(bytes, noise(600_000).subarray(start, end))).toBe(0);
    }
    await expect(collect(files.readFile('a/file', { end: 600_001 }))).rejects.toThrow(RangeError);
  });

  test('follows no symlink, and leads nowhere else', async () => {
    const files = new HostFolder(small());
    expect(await files.readLink('link')).toBe('a');
    for (const path of ['link/file', 'a/../a', '..', 'a/file/x', 'missing', 'a\0']) {
      await expect(files.stat(path), path).rejects.toMatchObject({ code: 'not-found' });
    }
    await expect(files.readDirectory('link')).rejects.toMatchObject({ code: 'not-found' });
    await expect(collect(files.readFile('a'))).rejects.toMatchObject({ code: 'not-found' });
  });

  test('keeps to the limits', async () => {
    await expect(new HostFolder(small(), { listingLength: 3 }).readDirectory('')).rejects.toMatchObject({
      code: 'limit',
    });
  });

  test('fails with io when a file ends too early, or the folder is gone', async () => {
    const folder = small();
    const files = new HostFolder(folder);
    const read = async () => {
      for await (const _ of files.readFile('a/file')) truncateSync(join(folder, 'a/file'), 10);
    };
    await expect(read()).rejects.toMatchObject({ code: 'io', path: 'a/file' });
    rmSync(folder, { recursive: true });
    await expect(files.stat('')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('ends when the caller has given up', async () => {
    const reason = new Error('given up');
    const files = new HostFolder(small());
    await expect(files.stat('a', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const read = async () => {
      for await (const _ of files.readFile('a/file', { signal: controller.signal })) controller.abort(reason);
    };
    await expect(read()).rejects.toBe(reason);
  });
});
