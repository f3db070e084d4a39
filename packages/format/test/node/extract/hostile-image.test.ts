import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import type { FileEntry, ReadonlyFileSystem } from '../../../src/filesystem/readonly-file-system.ts';
import { extractFileSystem } from '../../../src/node/extract/extract-file-system.ts';
import { smallTree } from '../../support/hostile.ts';
import { patchableImage } from '../../support/patched-image.ts';
import { snapshotFolder, snapshotInput, without } from '../../support/snapshots.ts';
import { device, directory, file, ipc, openImage, symlink, writeImage } from '../../support/trees.ts';

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
    await extractFileSystem(await openTree(root), target);
    expect(without(snapshotFolder(target), 'uid', 'gid')).toEqual(without(await snapshotInput(root), 'uid', 'gid'));
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
    const { skipped } = await extractFileSystem(await openTree(root), target);
    expect(lstatSync(join(target, 'setuid')).mode & 0o7777).toBe(0o755);
    expect(lstatSync(join(target, 'sticky')).mode & 0o7777).toBe(0o777);
    expect(readdirSync(target).sort()).toEqual(['setuid', 'sticky']);
    expect(skipped.map(({ path }) => path)).toEqual(['device', 'socket']);
  });

  test('does not write through a target that is a symlink to nowhere, or to a directory with files in it', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'elsewhere/file'), { recursive: true });
    symlinkSync('elsewhere', join(folder, 'full'));
    symlinkSync('nowhere', join(folder, 'dangling'));
    for (const target of ['full', 'dangling']) {
      const extraction = extractFileSystem(await openTree(smallTree()), join(folder, target));
      await expect(extraction).rejects.toMatchObject({ code: 'io', path: join(folder, target) });
    }
    expect(readdirSync(folder).sort()).toEqual(['dangling', 'elsewhere', 'full']);
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual(['file']);
  });
});

async function openTree(root: Parameters<typeof writeImage>[0]): Promise<ReadonlyFileSystem> {
  return openImage(await writeImage(root));
}
