import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { readDesktopFile } from '../../src/inspect/desktop-file.ts';
import { findIcon } from '../../src/inspect/icon.ts';
import { LocalFiles } from '../../src/inspect/local-file.ts';
import { readAppDir } from '../../src/inspect/read-app-dir.ts';
import { makeAppDir, PNG, type TreeEntry } from '../make-tree.ts';

async function find(changes: Record<string, TreeEntry | undefined>) {
  const appDir = await readAppDir(makeAppDir(temporaryFolder(), { 'hello.png': undefined, ...changes }));
  return findIcon(appDir, readDesktopFile(appDir, new LocalFiles(appDir)));
}

const theme = (size: string, file: string) => `usr/share/icons/hicolor/${size}/apps/${file}`;

describe('findIcon', () => {
  test.each<[string, string, Record<string, TreeEntry>]>([
    [
      'PNG before SVG in the root',
      'hello.png',
      { 'hello.svg': 'x', 'hello.png': PNG, [theme('256x256', 'hello.png')]: PNG },
    ],
    ['SVG in the root', 'hello.svg', { 'hello.svg': 'x', 'hello.xpm': 'x' }],
    [
      '256 pixels in the theme',
      theme('256x256', 'hello.png'),
      { [theme('512x512', 'hello.png')]: PNG, [theme('256x256', 'hello.png')]: PNG },
    ],
    [
      'a large icon rather than a small one',
      theme('512x512', 'hello.png'),
      { [theme('512x512', 'hello.png')]: PNG, [theme('64x64', 'hello.png')]: PNG },
    ],
    [
      'the next larger of all that there are',
      theme('300x300', 'hello.png'),
      {
        [theme('500x500', 'hello.png')]: PNG,
        [theme('300x300', 'hello.png')]: PNG,
        [theme('64x64', 'hello.png')]: PNG,
      },
    ],
    [
      'the largest where all are small, by their pixels',
      theme('64x64@2', 'hello.png'),
      { [theme('96x96', 'hello.png')]: PNG, [theme('64x64@2', 'hello.png')]: PNG },
    ],
    [
      'SVG in the theme',
      theme('scalable', 'hello.svg'),
      { [theme('scalable', 'hello.svg')]: 'x', 'usr/share/pixmaps/hello.png': PNG },
    ],
    ['a pixmap', 'usr/share/pixmaps/hello.xpm', { 'usr/share/pixmaps/hello.xpm': 'x', '.DirIcon': PNG }],
    ['.DirIcon when there is nothing else', '.DirIcon', { '.DirIcon': PNG }],
  ])('takes %s', async (_, path, changes) => {
    await expect(find(changes)).resolves.toMatchObject({ path });
  });

  test('tells which names the root has', async () => {
    await expect(
      find({ 'hello.png': { link: 'usr/x.png' }, 'usr/x.png': PNG, '.DirIcon': { link: 'hello.png' } }),
    ).resolves.toEqual({
      path: 'usr/x.png',
      rootName: 'hello.png',
      hasDirIcon: true,
    });
    await expect(find({ [theme('48x48', 'hello.png')]: PNG, '.DirIcon': { link: '/missing' } })).resolves.toMatchObject(
      {
        rootName: null,
        hasDirIcon: false,
      },
    );
  });

  test('refuses an AppDir without one and says where to put it', async () => {
    await expect(find({ 'other.png': PNG })).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringMatching(
        /the icon that hello\.desktop names, found none; add hello\.png, \.svg or \.xpm to its root/,
      ),
    });
  });
});
