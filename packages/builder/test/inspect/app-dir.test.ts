import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { resolveEntry, resolveFile, walk } from '../../src/inspect/app-dir.ts';
import { readAppDir } from '../../src/inspect/read-app-dir.ts';
import { makeTree } from '../make-tree.ts';

const tree = () =>
  readAppDir(
    makeTree(temporaryFolder(), {
      'usr/bin/app': 'x',
      'usr/share/icon.png': 'x',
      bin: { link: 'usr/bin' },
      relative: { link: 'bin/../share/./icon.png' },
      absolute: { link: '/usr/bin/app' },
      outside: { link: '../etc/passwd' },
      loop: { link: 'loop' },
      broken: { link: 'nothing' },
    }),
  );

describe('resolveEntry', () => {
  test.each([
    ['usr/bin/app', 'usr/bin/app'],
    ['/usr//bin/./app', 'usr/bin/app'],
    ['bin/app', 'usr/bin/app'],
    ['relative', 'usr/share/icon.png'],
    ['usr/bin/../share', 'usr/share'],
    ['', ''],
  ])('finds %j as the image will have it', async (path, resolved) => {
    expect(resolveEntry(await tree(), path)?.path).toBe(resolved);
  });

  test.each(['absolute', 'outside', 'loop', 'broken', 'usr/bin/app/x', '..', 'missing/x'])(
    'finds nothing behind %j',
    async (path) => {
      expect(resolveEntry(await tree(), path)).toBeUndefined();
    },
  );
});

describe('resolveFile', () => {
  test('finds files and no directories', async () => {
    const appDir = await tree();
    expect(resolveFile(appDir, 'relative')?.file.size).toBe(1);
    expect(resolveFile(appDir, 'usr')).toBeUndefined();
  });
});

describe('walk', () => {
  test('meets everything once, a directory before what is in it, and follows no links', async () => {
    const paths = [...walk((await tree()).root)].map(({ path }) => path);
    expect(paths.toSorted()).toEqual([
      'absolute',
      'bin',
      'broken',
      'loop',
      'outside',
      'relative',
      'usr',
      'usr/bin',
      'usr/bin/app',
      'usr/share',
      'usr/share/icon.png',
    ]);
    expect(paths.indexOf('usr')).toBeLessThan(paths.indexOf('usr/bin/app'));
  });
});
