import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { mountTmpfs, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import type { InputDirectory } from '../../../src/filesystem/input-tree.ts';
import { type ExtractProgress, extractFileSystem } from '../../../src/node/extract/extract-file-system.ts';
import { BLOCK_SIZE, extracted, openTree, PLACES } from '../../support/extraction.ts';
import { smallTree } from '../../support/hostile.ts';
import { richTree } from '../../support/rich-tree.ts';
import { snapshotFolder, snapshotInput } from '../../support/snapshots.ts';
import { directory, file, noise, prose } from '../../support/trees.ts';

describe.each(PLACES)('a tree extracted from %s', (place) => {
  test('is equal to the tree in the image', async () => {
    const root = richTree(BLOCK_SIZE);
    const target = join(temporaryFolder(), 'target');
    const result = await extractFileSystem(await openTree(root, place), target);
    expect(snapshotFolder(target)).toEqual(extracted(await snapshotInput(root)));
    expect(result.directory).toBe(target);
    const special = [...root.entries].flatMap(([name, node]) => (name === 'special' ? [node as InputDirectory] : []));
    expect(result.skipped).toHaveLength((special[0]?.entries.size ?? 0) + 2);
    expect(result.skipped).toContainEqual({ path: 'special/fifo', type: 'fifo' });
    expect(result.skipped).toContainEqual({ path: 'special/block-device', type: 'block-device' });
  });

  test.each([0, 0o022, 0o077])('has the permissions of the image under the umask %d', async (umask) => {
    const root = directory({
      open: file('', { mode: 0o777 }),
      closed: file('', { mode: 0 }),
      d: directory({}, { mode: 0o777 }),
    });
    const files = await openTree(root, place);
    const target = join(temporaryFolder(), 'target');
    const before = process.umask(umask);
    try {
      await extractFileSystem(files, target);
    } finally {
      process.umask(before);
    }
    expect(snapshotFolder(target)).toEqual(extracted(await snapshotInput(root)));
  });

  test('has holes where the file has nothing but zeros', async () => {
    const content = new Uint8Array(8 * 1_048_576);
    content.set(noise(100), 5_000_000);
    const target = join(temporaryFolder(), 'target');
    const stored = file(new Uint8Array(100_000), { mode: 0o600 });
    const root = directory({ hole: file(content), zeros: file(new Uint8Array(2 ** 20)), stored });
    await extractFileSystem(await openTree(root, place, { blockSize: 131_072 }), target);
    expect(Buffer.compare(readFileSync(join(target, 'hole')), content)).toBe(0);
    expect(statSync(join(target, 'hole')).blocks * 512).toBeLessThan(1_048_576);
    expect(statSync(join(target, 'zeros'))).toMatchObject({ size: 2 ** 20, blocks: 0 });
    expect(statSync(join(target, 'stored'))).toMatchObject({ size: 100_000, blocks: 0 });
  });

  test('may be put into an empty directory, and below directories that are not there yet', async () => {
    const files = await openTree(smallTree(), place);
    const empty = temporaryFolder();
    await extractFileSystem(files, empty);
    expect(readFileSync(join(empty, 'small'), 'utf8')).toBe('small');
    const deep = join(temporaryFolder(), 'not/yet/there');
    await extractFileSystem(files, deep);
    expect(readFileSync(join(deep, 'small'), 'utf8')).toBe('small');
  });

  test('fills an empty directory without replacing it, whatever it is', async () => {
    const files = await openTree(directory({ sealed: { ...directory({ inner: file('x') }), mode: 0o555 } }), place);
    const target = temporaryFolder();
    chmodSync(target, 0o700);
    const before = statSync(target);
    const link = join(temporaryFolder(), 'link');
    symlinkSync(target, link);
    await extractFileSystem(files, link);
    expect(statSync(target)).toMatchObject({ ino: before.ino, mode: before.mode });
    expect(readdirSync(target, { recursive: true }).sort()).toEqual(['sealed', 'sealed/inner']);
    expect(statSync(join(target, 'sealed')).mode & 0o7777).toBe(0o555);
  });

  testWith(['root'], 'may be put into an empty mount point', async () => {
    const target = temporaryFolder();
    mountTmpfs(target, '1m');
    await extractFileSystem(await openTree(smallTree(), place), target);
    expect(readFileSync(join(target, 'small'), 'utf8')).toBe('small');
  });

  test('may have a name of 255 bytes', async () => {
    const target = join(temporaryFolder(), 'ü'.repeat(127));
    await extractFileSystem(await openTree(smallTree(), place), target);
    expect(readFileSync(join(target, 'small'), 'utf8')).toBe('small');
  });

  test('has what the filter wants, and the directories on the way', async () => {
    const target = join(temporaryFolder(), 'target');
    const wanted = new Set(['folder/hard-2', 'link']);
    const result = await extractFileSystem(await openTree(smallTree(), place), target, {
      filter: ({ path }) => wanted.has(path),
    });
    expect(readdirSync(target, { recursive: true }).sort()).toEqual(['folder', 'folder/hard-2', 'link']);
    expect(result).toMatchObject({ files: 2, bytes: 6, skipped: [] });
  });

  test('has large files whole, however they are cut for the work', async () => {
    const large = noise(9_000_001, 3);
    large.fill(0, 3_000_000, 6_500_000);
    const endsInHole = Uint8Array.from({ length: 5_000_000 }, (_, index) => (index < 100_000 ? 7 : 0));
    const contents = { large, endsInHole, prose: prose(6_000_000) };
    const linked = file(large, { mode: 0o755, mtime: 12 });
    const root = directory({
      a: directory({ linked, again: linked }),
      ...Object.fromEntries(Object.entries(contents).map(([name, content]) => [name, file(content)])),
    });
    const target = join(temporaryFolder(), 'target');
    const progress: ExtractProgress[] = [];
    const result = await extractFileSystem(await openTree(root, place, { blockSize: 131_072 }), target, {
      onProgress: (now) => progress.push(now),
    });
    expect(snapshotFolder(target)).toEqual(extracted(await snapshotInput(root)));
    expect(statSync(join(target, 'endsInHole')).blocks * 512).toBeLessThan(1_000_000);
    expect(result).toMatchObject({ files: 5, bytes: 2 * 9_000_001 + 5_000_000 + 6_000_000 });
    expect(progress.at(-1)).toEqual({ files: result.files, bytes: result.bytes });
    expect(progress.map(({ bytes }) => bytes)).toEqual(progress.map(({ bytes }) => bytes).sort((a, b) => a - b));
  });

  test('has thousands of small files', async () => {
    const files = Array.from({ length: 3000 }, (_, index) => [`${index}`, file(prose(index, index))] as const);
    const root = directory({ some: directory(files.slice(0, 1000)), more: directory(files.slice(1000)) });
    const target = join(temporaryFolder(), 'target');
    await extractFileSystem(await openTree(root, place, { blockSize: 131_072 }), target);
    expect(snapshotFolder(target)).toEqual(extracted(await snapshotInput(root)));
  });
});

test('progress tells of all files and bytes in the end', async () => {
  const seen: unknown[] = [];
  const target = join(temporaryFolder(), 'target');
  const result = await extractFileSystem(await openTree(smallTree()), target, {
    onProgress: (progress) => seen.push(progress),
  });
  expect(result).toMatchObject({ files: 6, bytes: 4096 + 50 + 8192 + 5 + 6 });
  expect(seen.at(-1)).toEqual({ files: result.files, bytes: result.bytes });
});
