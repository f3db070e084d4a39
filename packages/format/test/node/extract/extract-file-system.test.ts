import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { mountTmpfs, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { AppImageError } from '../../../src/errors.ts';
import type { InputDirectory, InputNode } from '../../../src/filesystem/input-tree.ts';
import type { ReadonlyFileSystem } from '../../../src/filesystem/readonly-file-system.ts';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { nodeDecompressors } from '../../../src/node/codecs.ts';
import { extractFileSystem } from '../../../src/node/extract/extract-file-system.ts';
import { openSquashfs } from '../../../src/squashfs/read/open-squashfs.ts';
import { faultySource, smallTree, spreadTree } from '../../support/hostile.ts';
import { richTree } from '../../support/rich-tree.ts';
import { snapshotFolder, snapshotInput, type TreeSnapshot } from '../../support/snapshots.ts';
import { directory, file, noise, openImage, writeImage } from '../../support/trees.ts';

const BLOCK_SIZE = 4096;

async function open(root: InputDirectory): Promise<ReadonlyFileSystem> {
  return openImage(await writeImage(root, { blockSize: BLOCK_SIZE }));
}

/** What is expected of an extraction: no owners, no attributes, no special files, no setuid. */
function extracted(tree: TreeSnapshot): TreeSnapshot {
  const kept = Object.entries(tree).filter(([, { type }]) => ['file', 'directory', 'symlink'].includes(type));
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  return Object.fromEntries(
    kept.map(([path, node]) => {
      const mode = node.type === 'symlink' ? 0o777 : node.mode & 0o777;
      return [path, { ...node, mode, uid, gid, xattrs: {} }];
    }),
  );
}

describe('an extracted tree', () => {
  test('is equal to the tree in the image', async () => {
    const root = richTree(BLOCK_SIZE);
    const target = join(temporaryFolder(), 'target');
    const result = await extractFileSystem(await open(root), target);
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
    const files = await open(root);
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
    await extractFileSystem(
      await openImage(await writeImage(directory({ hole: file(content), zeros: file(new Uint8Array(2 ** 20)) }))),
      target,
    );
    expect(Buffer.compare(readFileSync(join(target, 'hole')), content)).toBe(0);
    expect(statSync(join(target, 'hole')).blocks * 512).toBeLessThan(1_048_576);
    expect(statSync(join(target, 'zeros'))).toMatchObject({ size: 2 ** 20, blocks: 0 });
  });

  test('may be put into an empty directory, and below directories that are not there yet', async () => {
    const files = await open(smallTree());
    const empty = temporaryFolder();
    await extractFileSystem(files, empty);
    expect(readFileSync(join(empty, 'small'), 'utf8')).toBe('small');
    const deep = join(temporaryFolder(), 'not/yet/there');
    await extractFileSystem(files, deep);
    expect(readFileSync(join(deep, 'small'), 'utf8')).toBe('small');
  });

  test('fills an empty directory without replacing it, whatever it is', async () => {
    const files = await open(directory({ sealed: { ...directory({ inner: file('x') }), mode: 0o555 } }));
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
    await extractFileSystem(await open(smallTree()), target);
    expect(readFileSync(join(target, 'small'), 'utf8')).toBe('small');
  });

  test('may have a name of 255 bytes', async () => {
    const target = join(temporaryFolder(), 'ü'.repeat(127));
    await extractFileSystem(await open(smallTree()), target);
    expect(readFileSync(join(target, 'small'), 'utf8')).toBe('small');
  });

  test('has what the filter wants, and the directories on the way', async () => {
    const target = join(temporaryFolder(), 'target');
    const wanted = new Set(['folder/hard-2', 'link']);
    const result = await extractFileSystem(await open(smallTree()), target, { filter: ({ path }) => wanted.has(path) });
    expect(readdirSync(target, { recursive: true }).sort()).toEqual(['folder', 'folder/hard-2', 'link']);
    expect(result).toMatchObject({ files: 2, bytes: 6, skipped: [] });
  });
});

describe('an extraction never leaves anything', () => {
  /** The entries of a folder that has nothing but what failed extractions left. */
  const leftovers = (folder: string) => readdirSync(folder, { recursive: true });

  test('where the target has files', async () => {
    const target = temporaryFolder();
    writeFileSync(join(target, 'mine'), 'precious');
    await expect(extractFileSystem(await open(smallTree()), target)).rejects.toMatchObject({
      code: 'io',
      path: target,
    });
    expect(leftovers(target)).toEqual(['mine']);
  });

  test('where the target is a file', async () => {
    const folder = temporaryFolder();
    const target = join(folder, 'file');
    writeFileSync(target, 'precious');
    await expect(extractFileSystem(await open(smallTree()), target)).rejects.toMatchObject({
      code: 'io',
      path: target,
    });
    expect(readFileSync(target, 'utf8')).toBe('precious');
    expect(leftovers(folder)).toEqual(['file']);
  });

  test('after any read that failed', async () => {
    const bytes = bufferSource(await writeImage(spreadTree(), { blockSize: BLOCK_SIZE }));
    const folder = temporaryFolder();
    const extract = async (fault: number, error: Error) => {
      const source = faultySource(bytes, fault, error);
      const target = join(folder, 'some/where');
      await extractFileSystem(await openSquashfs(source, { decompressors: nodeDecompressors }), target);
      return source.reads;
    };
    let failures = 0;
    for (let number = 1; number < 100; number++) {
      const fault = new AppImageError('io', `fault ${number}`);
      const outcome = await extract(number, fault).catch((error: unknown) => error);
      if (typeof outcome === 'number') break;
      failures += 1;
      expect(outcome).toBe(fault);
      expect(leftovers(folder), fault.message).toEqual([]);
    }
    expect(failures).toBeGreaterThan(20);
    expect(existsSync(join(folder, 'some/where/small/small'))).toBe(true);
  });

  test('when it is aborted on the way, at any entry', async () => {
    const files = await open(smallTree());
    const folder = temporaryFolder();
    for (let count = 0; count < 8; count++) {
      const controller = new AbortController();
      const reason = new Error(`aborted after ${count}`);
      let seen = 0;
      const filter = () => {
        if (seen === count) controller.abort(reason);
        seen += 1;
        return true;
      };
      const target = join(folder, 'target');
      await expect(extractFileSystem(files, target, { signal: controller.signal, filter })).rejects.toBe(reason);
      expect(leftovers(folder)).toEqual([]);
    }
  });

  test('when it was aborted before it began', async () => {
    const folder = temporaryFolder();
    const signal = AbortSignal.abort(new Error('early'));
    await expect(extractFileSystem(await open(smallTree()), join(folder, 'target'), { signal })).rejects.toThrow(
      'early',
    );
    expect(leftovers(folder)).toEqual([]);
  });

  testWith(['root'], 'on a disk that is full', async () => {
    const folder = mountTmpfs(temporaryFolder(), '1m');
    const root = directory({ a: directory({ large: file(noise(3_000_000)) }, { mode: 0o500 }) });
    const error = await extractFileSystem(await open(root), join(folder, 'target')).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'io', path: 'a/large', cause: { code: 'ENOSPC' } });
    expect(leftovers(folder)).toEqual([]);
  });

  testWith(['root'], 'of directories that an ordinary user may not write to', async () => {
    const folder = temporaryFolder();
    chownSync(folder, 65_534, 65_534);
    const locked = (entries: Record<string, InputNode>) => directory(entries, { mode: 0o555 });
    const root = locked({ a: locked({ b: locked({ file: file('x', { mode: 0o400 }) }) }) });
    const files = await open(root);
    const target = join(folder, 'target');
    const outcome = await asUser(65_534, async () => {
      await extractFileSystem(files, target);
      const written = snapshotFolder(target);
      const occupied = join(folder, 'occupied');
      // The last step fails: when it comes, somebody has put something where the tree was to go.
      const late = extractFileSystem(files, occupied, {
        filter: ({ path }) => {
          if (path === 'a/b/file') mkdirSync(join(occupied, 'sudden'), { recursive: true });
          return true;
        },
      });
      return { written, error: await late.catch((caught: unknown) => caught) };
    });
    const expected = Object.entries(extracted(await snapshotInput(root)));
    const owned = expected.map(([path, node]) => [path, { ...node, uid: 65_534, gid: 65_534 }]);
    expect(outcome.written).toEqual(Object.fromEntries(owned));
    expect(outcome.error).toMatchObject({ code: 'io', cause: { code: 'ENOTEMPTY' } });
    expect(readdirSync(folder).sort()).toEqual(['occupied', 'target']);
  });
});

test('progress tells of all files and bytes in the end', async () => {
  const seen: unknown[] = [];
  const target = join(temporaryFolder(), 'target');
  const result = await extractFileSystem(await open(smallTree()), target, {
    onProgress: (progress) => seen.push(progress),
  });
  expect(result).toMatchObject({ files: 6, bytes: 4096 + 50 + 8192 + 5 + 6 });
  expect(seen.at(-1)).toEqual({ files: result.files, bytes: result.bytes });
});

/** Does something with the rights of an ordinary user. */
async function asUser<Result>(id: number, action: () => Promise<Result>): Promise<Result> {
  process.setegid?.(id);
  process.seteuid?.(id);
  try {
    return await action();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}
