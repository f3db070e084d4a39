import { describe, expect, test } from 'vitest';
import { type ImageLimits, resolveLimits } from '../../src/filesystem/image-limits.ts';
import { ListedFileSystem } from '../../src/filesystem/listed-file-system.ts';
import { buildListedTree, type ListedFile } from '../../src/filesystem/listed-tree.ts';

const BASE = { mode: 0o600, uid: 1, gid: 2, mtime: 3 };

function file(path: string, fields: Partial<ListedFile> = {}): ListedFile {
  const names = path.split('/').filter((name) => name !== '');
  return { ...BASE, type: path.endsWith('/') ? 'directory' : 'file', size: 5, names, ...fields };
}

function open(files: readonly ListedFile[], limits?: ImageLimits): ListedFileSystem<ListedFile> {
  const resolved = resolveLimits(limits);
  return new ListedFileSystem({
    root: buildListedTree(files, resolved),
    limits: resolved,
    contents: {
      async *readFile({ names }, { start, end }) {
        yield new TextEncoder().encode(names.join('/')).subarray(start, end);
      },
      readLink: async ({ names }) => `to ${names.join('/')}`,
    },
  });
}

async function paths(files: ListedFileSystem<ListedFile>): Promise<string[]> {
  const found: string[] = [];
  for await (const { path } of files.walk()) found.push(path);
  return found;
}

describe('a list', () => {
  test('becomes a tree in the order of the list', async () => {
    expect(await paths(open([file('b/y'), file('a'), file('b/x'), file('b/')]))).toEqual(['b', 'b/y', 'b/x', 'a']);
    expect(await paths(open([]))).toEqual([]);
  });

  test('may have the root', async () => {
    expect(await open([file('a'), file('/', { mode: 0o711 })]).stat('')).toMatchObject({
      type: 'directory',
      mode: 0o711,
    });
    expect(await open([file('a')]).stat('')).toMatchObject({ mode: 0o755, mtime: 3 });
  });

  test('of the same path twice has the last', async () => {
    const files = open([file('a', { size: 1 }), file('b'), file('a', { size: 2 })]);
    expect(await paths(files)).toEqual(['a', 'b']);
    expect(await files.stat('a')).toMatchObject({ size: 2, links: 1 });
  });

  test('with hard links has files with several names', async () => {
    const identity = { inode: 0, links: 0 };
    const files = open([file('a', { identity }), file('c/b', { identity }), file('d')]);
    const { inode } = await files.stat('a');
    expect(await files.stat('c/b')).toMatchObject({ inode, links: 2 });
    expect((await files.stat('d')).inode).not.toBe(inode);
  });

  test('with a hard link that is replaced has one name less', async () => {
    const identity = { inode: 0, links: 0 };
    const files = open([file('a', { identity }), file('b', { identity }), file('b', { size: 9 })]);
    expect(await files.stat('a')).toMatchObject({ links: 1, size: 5 });
    expect(await files.stat('b')).toMatchObject({ links: 1, size: 9 });
    expect((await files.stat('a')).inode).not.toBe((await files.stat('b')).inode);
  });

  test('has every kind of file, with a size where there is one', async () => {
    const device = { major: 1, minor: 2 };
    const files = open([
      file('l', { type: 'symlink' }),
      file('d', { type: 'block-device', device }),
      file('f', { type: 'fifo' }),
    ]);
    expect(await files.stat('l')).toMatchObject({ type: 'symlink', size: 5 });
    expect(await files.stat('d')).toMatchObject({ type: 'block-device', size: 0, device });
    expect(await files.stat('f')).not.toHaveProperty('device');
    expect(await files.readLink('l')).toBe('to l');
  });

  test.each([
    [[file('a'), file('a/b')]],
    [[file('a/b'), file('a')]],
    [[file('a'), file('a/')]],
    [[file('a', { type: 'symlink' }), file('a/b/c')]],
  ])('that needs a name to be two things is malformed', (files) => {
    expect(() => open(files)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  test('has no more files, and is no deeper, than the limits say', () => {
    const files = [file('a/b/c')];
    expect(() => open(files, { entries: 3, depth: 3 })).not.toThrow();
    expect(() => open(files, { entries: 2 })).toThrow(expect.objectContaining({ code: 'limit' }));
    expect(() => open(files, { depth: 2 })).toThrow(expect.objectContaining({ code: 'limit' }));
  });
});
