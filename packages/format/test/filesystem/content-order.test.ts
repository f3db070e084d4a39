import { describe, expect, test } from 'vitest';
import { bytesContent, type InputDirectory, type InputFile } from '../../src/filesystem/input-tree.ts';
import { inContentOrder } from '../../src/filesystem/write/content-order.ts';
import { planInodes } from '../../src/filesystem/write/plan-inodes.ts';

const base = { uid: 0, gid: 0, mtime: 0 };
const file = (text: string): InputFile => ({
  type: 'file',
  mode: 0o644,
  ...base,
  content: bytesContent(new TextEncoder().encode(text)),
});
const directory = (entries: Record<string, InputFile | InputDirectory>): InputDirectory => ({
  type: 'directory',
  mode: 0o755,
  ...base,
  entries: new Map(Object.entries(entries)),
});

describe('inContentOrder', () => {
  const late = file('late');
  const plan = planInodes(directory({ a: file('a'), b: late, sub: directory({ c: file('c'), d: late }) }));

  test('keeps to the tree where nothing ranks', () => {
    expect(inContentOrder(plan, undefined).map(({ path }) => path)).toEqual(['sub/c', 'sub/d', 'a']);
    expect(inContentOrder(plan, () => 5).map(({ path }) => path)).toEqual(['sub/c', 'sub/d', 'a']);
  });

  test('puts lower ranks first', () => {
    expect(inContentOrder(plan, (node) => (node === late ? 9 : 0)).map(({ path }) => path)).toEqual([
      'sub/c',
      'a',
      'sub/d',
    ]);
  });
});
