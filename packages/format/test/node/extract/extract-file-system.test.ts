import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AppImageError } from '../../../src/errors.ts';
import type { InputDirectory, InputNode } from '../../../src/filesystem/input-tree.ts';
import type { FileEntry, ReadonlyFileSystem } from '../../../src/filesystem/readonly-file-system.ts';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { nodeDecompressors } from '../../../src/node/codecs.ts';
import { extractFileSystem } from '../../../src/node/extract/extract-file-system.ts';
import { openSquashfs } from '../../../src/squashfs/read/open-squashfs.ts';
import { faultySource, smallTree } from '../../support/hostile.ts';
import { mountTiny, testWith } from '../../support/oracles.ts';
import { patchableImage } from '../../support/patched-image.ts';
import { richTree } from '../../support/rich-tree.ts';
import { snapshotFolder, snapshotInput, type TreeSnapshot } from '../../support/snapshots.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { device, directory, file, ipc, noise, openImage, symlink, writeImage } from '../../support/trees.ts';

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
    const bytes = bufferSource(await writeImage(smallTree(), { blockSize: BLOCK_SIZE }));
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
    expect(failures).toBeGreaterThan(5);
    expect(existsSync(join(folder, 'some/where/small'))).toBe(true);
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
    const folder = mountTiny(temporaryFolder());
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

describe('an image with tricks', () => {
  /** A file system that delivers what it is told to, as a hostile image might. */
  const tricky = (entries: readonly { path: string; type: 'file' | 'directory' | 'symlink'; target?: string }[]) => {
    const stat = { mode: 0o777, uid: 0, gid: 0, mtime: 0, size: 4, links: 1 };
    const all = entries.map(({ path, type }, inode): FileEntry => ({ path, stat: { ...stat, type, inode } }));
    const root = { ...stat, type: 'directory' as const, inode: 1000 };
    const fileSystem: ReadonlyFileSystem = {
      stat: async () => root,
      readDirectory: async () => all,
      readLink: async (entry) => entries.find(({ path }) => path === (entry as FileEntry).path)?.target ?? '',
      async *readFile() {
        yield Buffer.from('evil');
      },
      readXattrs: async () => new Map(),
      async *walk() {
        yield* all;
      },
    };
    return fileSystem;
  };

  const attempt = async (entries: Parameters<typeof tricky>[0]) => {
    const base = temporaryFolder();
    const outside = join(base, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'file'), 'precious');
    const error = await extractFileSystem(tricky(entries), join(base, 'target')).catch((caught: unknown) => caught);
    expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('precious');
    expect(readdirSync(outside)).toEqual(['file']);
    return { error, left: readdirSync(base) };
  };

  test.each<[string, Parameters<typeof tricky>[0]]>([
    [
      'a symlink and then a directory of that name',
      [
        { path: 'a', type: 'symlink', target: '../outside' },
        { path: 'a', type: 'directory' },
        { path: 'a/file', type: 'file' },
      ],
    ],
    [
      'a symlink and then a file below it',
      [
        { path: 'a', type: 'symlink', target: '../outside' },
        { path: 'a/new', type: 'file' },
      ],
    ],
    [
      'a symlink and then a file of that name',
      [
        { path: 'a', type: 'symlink', target: '../outside/file' },
        { path: 'a', type: 'file' },
      ],
    ],
    [
      'a file twice',
      [
        { path: 'a', type: 'file' },
        { path: 'a', type: 'file' },
      ],
    ],
    [
      'a directory twice',
      [
        { path: 'a', type: 'directory' },
        { path: 'a', type: 'directory' },
      ],
    ],
  ])('as %s is refused as malformed', async (_, entries) => {
    const { error, left } = await attempt(entries);
    expect(error).toMatchObject({ name: 'AppImageError', code: 'malformed' });
    expect(left).toEqual(['outside']);
  });

  test.each(['../outside/file', 'a/../../outside/file', '/etc/evil', '..', 'a//b', './a', 'a/.', 'a\0b', ''])(
    'as the path %j is refused',
    async (path) => {
      const { error, left } = await attempt([{ path, type: 'file' }]);
      expect(error).toMatchObject({ name: 'AppImageError', code: 'malformed' });
      expect(left).toEqual(['outside']);
    },
  );

  test('as symlinks out of it is extracted, for nothing follows them', async () => {
    const root = directory({ up: symlink('../../../etc'), absolute: symlink('/etc/passwd'), self: symlink('self') });
    const target = join(temporaryFolder(), 'target');
    await extractFileSystem(await open(root), target);
    expect(snapshotFolder(target)).toEqual(extracted(await snapshotInput(root)));
  });

  test('as the same name twice in one listing is refused', async () => {
    const image = await patchableImage(directory({ 'name-1': file('one'), 'name-2': file('two') }));
    image.bytes.set(Buffer.from('1'), image.entry('name-2') + 8 + 5);
    const folder = temporaryFolder();
    const extraction = extractFileSystem(await openImage(image.bytes), join(folder, 'target'));
    await expect(extraction).rejects.toMatchObject({ code: 'malformed', path: 'name-1' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('as setuid programs and devices loses what is dangerous about them', async () => {
    const root = directory({
      setuid: file('#!', { mode: 0o6755 }),
      sticky: directory({}, { mode: 0o7777 }),
      device: device('block-device', 8, 0),
      socket: ipc('socket'),
    });
    const target = join(temporaryFolder(), 'target');
    const { skipped } = await extractFileSystem(await open(root), target);
    expect(lstatSync(join(target, 'setuid')).mode & 0o7777).toBe(0o755);
    expect(lstatSync(join(target, 'sticky')).mode & 0o7777).toBe(0o777);
    expect(readdirSync(target).sort()).toEqual(['setuid', 'sticky']);
    expect(skipped.map(({ path }) => path)).toEqual(['device', 'socket']);
  });

  test('and a target that is a symlink to somewhere else writes nothing there', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'elsewhere'));
    symlinkSync('elsewhere', join(folder, 'target'));
    const extraction = extractFileSystem(await open(smallTree()), join(folder, 'target'));
    await expect(extraction).rejects.toMatchObject({ code: 'io' });
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(['elsewhere', 'target']);
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
