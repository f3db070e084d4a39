import { describe, expect, test } from 'vitest';
import { type ImageLimits, resolveLimits } from '../../src/filesystem/image-limits.ts';
import type { FileEntry, FileStat, FileType, ReadonlyFileSystem } from '../../src/filesystem/readonly-file-system.ts';
import { walkInRuns, walkTree, walkTreeInRuns } from '../../src/filesystem/walk-tree.ts';

type Tree = { readonly [name: string]: Tree | 'file' };

const TREE: Tree = {
  a: 'file',
  b: { c: 'file', d: { e: 'file' }, f: {}, g: 'file', h: 'file' },
  i: {},
  j: 'file',
};
const PATHS = ['a', 'b', 'b/c', 'b/d', 'b/d/e', 'b/f', 'b/g', 'b/h', 'i', 'j'];

/** The directories of a tree, numbered as they are met. */
function filesOf(root: Tree): Pick<ReadonlyFileSystem, 'readDirectory'> & { readonly start: FileEntry } {
  const trees = new Map<string, Tree>([['', root]]);
  const numbers = new Map<string, number>();
  const entry = (path: string, type: FileType): FileEntry => {
    const inode = numbers.get(path) ?? numbers.size + 1;
    numbers.set(path, inode);
    const stat: FileStat = { type, mode: 0o755, uid: 0, gid: 0, mtime: 0, size: 0, inode, links: 1 };
    return { path, stat };
  };
  return {
    start: entry('', 'directory'),
    async readDirectory(file) {
      const path = typeof file === 'string' ? file : file.path;
      return Object.entries(trees.get(path) ?? {}).map(([name, child]) => {
        const childPath = path === '' ? name : `${path}/${name}`;
        if (child === 'file') return entry(childPath, 'file');
        trees.set(childPath, child);
        return entry(childPath, 'directory');
      });
    },
  };
}

function treeOf(root: Tree, limits: ImageLimits = {}) {
  const files = filesOf(root);
  return { tree: { files, limits: resolveLimits(limits) }, start: files.start };
}

async function collect<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** What was delivered before the walk failed, and with what. */
async function untilFailure(values: AsyncIterable<readonly FileEntry[]>): Promise<[string[], unknown]> {
  const paths: string[] = [];
  try {
    for await (const run of values) paths.push(...run.map(({ path }) => path));
  } catch (error) {
    return [paths, error];
  }
  return [paths, undefined];
}

test('a walk in runs delivers what a walk delivers, what is in a directory behind it', async () => {
  const { tree, start } = treeOf(TREE);
  expect((await collect(walkTree(tree, start))).map(({ path }) => path)).toEqual(PATHS);
  const runs = await collect(walkTreeInRuns(tree, start));
  expect(runs.map((run) => run.map(({ path }) => path))).toEqual([
    ['a', 'b'],
    ['b/c', 'b/d'],
    ['b/d/e'],
    ['b/f'],
    ['b/g', 'b/h'],
    ['i'],
    ['j'],
  ]);
});

test('a start that is to be found is looked for when the first entry is asked for', async () => {
  const { tree, start } = treeOf(TREE);
  let asked = 0;
  const find = async () => {
    asked += 1;
    return start;
  };
  const walk = walkTreeInRuns(tree, find);
  expect(asked).toBe(0);
  expect((await collect(walk)).flat()).toHaveLength(PATHS.length);
  expect(asked).toBe(1);
  const missing = walkTree(tree, () => Promise.reject(new Error('missing')));
  await expect(missing.next()).rejects.toThrow('missing');
});

describe('a limit of entries', () => {
  test.each(PATHS.map((_, count) => count))('of %d is kept exactly', async (entries) => {
    const { tree, start } = treeOf(TREE, { entries });
    const [paths, error] = await untilFailure(walkTreeInRuns(tree, start));
    expect(paths).toEqual(PATHS.slice(0, entries));
    expect(error).toMatchObject({ code: 'limit', path: PATHS[entries] });
  });

  test('that is just enough is none', async () => {
    const { tree, start } = treeOf(TREE, { entries: PATHS.length });
    expect(await untilFailure(walkTreeInRuns(tree, start))).toEqual([PATHS, undefined]);
  });
});

test('a directory that is met again is a loop, and the walk ends there', async () => {
  const loop: { [name: string]: Tree | 'file' } = { a: 'file' };
  const { tree, start } = treeOf({ loop });
  const first = await tree.files.readDirectory(start);
  const files = { readDirectory: async () => first };
  const [paths, error] = await untilFailure(walkTreeInRuns({ ...tree, files }, start));
  expect(paths).toEqual(['loop', 'loop']);
  expect(error).toMatchObject({ code: 'malformed', path: 'loop' });
});

test('thousands of directories beside each other are walked in a time that grows as their number', async () => {
  const count = 20_000;
  const { tree, start } = treeOf(Object.fromEntries(Array.from({ length: count }, (_, index) => [`d${index}`, {}])));
  let looked = 0;
  const files = {
    async readDirectory(file: string | FileEntry) {
      const entries = await tree.files.readDirectory(file);
      return entries.map(({ path, stat }) => ({
        path,
        get stat() {
          looked += 1;
          return stat;
        },
      }));
    },
  };
  expect((await collect(walkTreeInRuns({ ...tree, files }, start))).flat()).toHaveLength(count);
  expect(looked).toBeLessThan(10 * count);
});

test('a file system that knows no runs is walked one by one', async () => {
  const { tree, start } = treeOf(TREE);
  const files = { walk: () => walkTree(tree, start) } as Partial<ReadonlyFileSystem> as ReadonlyFileSystem;
  const runs = await collect(walkInRuns(files));
  expect(runs.map((run) => run.map(({ path }) => path))).toEqual(PATHS.map((path) => [path]));
});
