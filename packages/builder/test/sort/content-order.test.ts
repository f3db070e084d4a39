import { bytesContent, type InputDirectory, type InputFile, type InputNode } from '@appimage-js/format';
import { describe, expect, test } from 'vitest';
import { checkedOrder, contentRanks, type SortOrder } from '../../src/sort/content-order.ts';
import { walkInput } from '../../src/sort/input-paths.ts';
import { parseSortList } from '../../src/sort/sort-list.ts';
import { makeDynamicElf } from '../lint/make-dynamic-elf.ts';

const base = { uid: 0, gid: 0, mtime: 0 };
const file = (content: string | Uint8Array = ''): InputFile => ({
  type: 'file',
  mode: 0o755,
  ...base,
  content: bytesContent(typeof content === 'string' ? new TextEncoder().encode(content) : content),
});
const link = (target: string): InputNode => ({ type: 'symlink', mode: 0o777, ...base, target });
const directory = (entries: Readonly<Record<string, InputNode>>): InputDirectory => ({
  type: 'directory',
  mode: 0o755,
  ...base,
  entries: new Map(Object.entries(entries)),
});

/** Paths of files in the order in which their contents are stored. */
async function ordered(root: InputDirectory, order: SortOrder): Promise<string[]> {
  const rank = await contentRanks(root, order);
  const files = [...walkInput(root)].flatMap(({ path, node }) => (node.type === 'file' ? [{ path, node }] : []));
  if (rank === undefined) return files.map(({ path }) => path);
  return files.toSorted((left, right) => rank(left.node) - rank(right.node)).map(({ path }) => path);
}

const application = () =>
  directory({
    AppRun: file('#!/bin/sh\n'),
    '.DirIcon': link('hello.png'),
    'hello.desktop': file('[Desktop Entry]\nType=Application\nName=Hello\nExec=hello %U\nIcon=hello\n'),
    'hello.png': link('usr/share/hello.png'),
    usr: directory({
      bin: directory({ another: file(makeDynamicElf({ needed: ['libother.so'] })), hello: link('../lib/hello-1.0') }),
      lib: directory({
        'hello-1.0': file(makeDynamicElf({ needed: ['libone.so.1', 'libmissing.so.2'] })),
        'libone.so.1': link('libone.so.1.2'),
        'libone.so.1.2': file(makeDynamicElf({ needed: ['libtwo.so'] })),
        'libother.so': file(makeDynamicElf({ needed: [] })),
        'libtwo.so': file(makeDynamicElf({ needed: ['libone.so.1'] })),
      }),
      share: directory({ 'hello.png': file('a picture'), readme: file('text') }),
    }),
  });

describe('contentRanks', () => {
  test('leaves the order of the tree where it is by name', async () => {
    expect(await contentRanks(application(), 'name')).toBeUndefined();
  });

  test('puts first what is read when the application starts', async () => {
    expect(await ordered(application(), 'start')).toEqual([
      'AppRun',
      'hello.desktop',
      'usr/share/hello.png',
      'usr/lib/hello-1.0',
      'usr/lib/libone.so.1.2',
      'usr/lib/libtwo.so',
      'usr/bin/another',
      'usr/lib/libother.so',
      'usr/share/readme',
    ]);
  });

  test('passes over what is damaged', async () => {
    const root = directory({
      AppRun: file(makeDynamicElf({ needed: ['libone.so'] }).subarray(0, 100)),
      'x.desktop': file('no group'),
      usr: file('no directory'),
    });
    expect(await ordered(root, 'start')).toEqual(['AppRun', 'x.desktop', 'usr']);
  });

  test('has no other profile', () => {
    expect(() => checkedOrder('size' as 'name')).toThrow('order must be name or start, or a list, found size');
  });

  test('follows a list: by the nearest path that has a priority, the highest first', async () => {
    const list = parseSortList('usr -5\nusr/lib/libtwo.so 100\n\n# a comment\n/usr/share/ 7\n');
    expect(await ordered(application(), list)).toEqual([
      'usr/lib/libtwo.so',
      'usr/share/hello.png',
      'usr/share/readme',
      'AppRun',
      'hello.desktop',
      'usr/bin/another',
      'usr/lib/hello-1.0',
      'usr/lib/libone.so.1.2',
      'usr/lib/libother.so',
    ]);
  });
});

describe('parseSortList', () => {
  test('reads paths with white space, and takes what comes before them away', () => {
    expect(parseSortList('with\\ space\\\\x\t-32768\r\n./usr/bin 32767\n  a 1  \n')).toEqual([
      { path: 'with space\\x', priority: -32_768 },
      { path: 'usr/bin', priority: 32_767 },
      { path: 'a', priority: 1 },
    ]);
  });

  test.each(['usr/bin', 'usr/bin ten', 'usr/bin 32768', 'two words 1', '5'])('refuses the line %j', (line) => {
    expect(() => parseSortList(`a 1\n${line}`)).toThrow(
      expect.objectContaining({ code: 'malformed', message: expect.stringContaining('line 2 must have a path') }),
    );
  });
});
