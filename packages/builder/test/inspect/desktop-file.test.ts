import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { readDesktopFile } from '../../src/inspect/desktop-file.ts';
import { LocalFiles } from '../../src/inspect/local-file.ts';
import { readAppDir } from '../../src/inspect/read-app-dir.ts';
import { DESKTOP_ENTRY, makeAppDir, type TreeEntry } from '../make-tree.ts';

async function read(changes: Record<string, TreeEntry | undefined>, root = temporaryFolder(), wanted?: string) {
  const appDir = await readAppDir(makeAppDir(root, changes));
  return readDesktopFile(appDir, new LocalFiles(appDir), { wanted });
}

describe('readDesktopFile', () => {
  test('finds the one in the root', async () => {
    await expect(read({ 'usr/share/applications/other.desktop': 'not looked at' })).resolves.toMatchObject({
      name: 'hello.desktop',
      path: 'hello.desktop',
      appName: 'Hello World',
      iconName: 'hello',
    });
  });

  test('follows a symlink within the AppDir', async () => {
    const target = 'usr/share/applications/hello.desktop';
    await expect(read({ 'hello.desktop': { link: target }, [target]: DESKTOP_ENTRY })).resolves.toMatchObject({
      name: 'hello.desktop',
      path: target,
    });
  });

  test('finds one where they are installed, if the root has none', async () => {
    const source = 'usr/local/share/applications/hello.desktop';
    await expect(read({ 'hello.desktop': undefined, [source]: DESKTOP_ENTRY })).resolves.toMatchObject({
      name: 'hello.desktop',
      path: 'hello.desktop',
      source,
      others: [],
    });
  });

  test.each(['b', 'b.desktop'])('takes the one that was named, as %s', async (wanted) => {
    const b = { 'b.desktop': DESKTOP_ENTRY, 'usr/share/applications/b.desktop': DESKTOP_ENTRY };
    await expect(read(b, undefined, wanted)).resolves.toMatchObject({ source: 'b.desktop', others: ['hello.desktop'] });
    const installed = { ...b, 'b.desktop': undefined };
    await expect(read(installed, undefined, wanted)).resolves.toMatchObject({
      name: 'b.desktop',
      path: 'b.desktop',
      source: 'usr/share/applications/b.desktop',
      others: ['hello.desktop'],
    });
    await expect(read({}, undefined, wanted)).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringContaining(`must have the desktop entry ${wanted} in its root`),
    });
  });

  test.each<[string, RegExp, Record<string, TreeEntry | undefined>]>([
    [
      'no desktop entry',
      /exactly one desktop entry .* found none; put one into its root$/,
      { 'hello.desktop': undefined },
    ],
    ['two', /found a\.desktop, hello\.desktop; name the one/, { 'a.desktop': DESKTOP_ENTRY }],
    [
      'two that are installed',
      /found usr\/share\/applications\/a\.desktop, .*; name the one/,
      {
        'hello.desktop': undefined,
        'usr/share/applications/a.desktop': DESKTOP_ENTRY,
        'usr/share/applications/b.desktop': DESKTOP_ENTRY,
      },
    ],
    [
      'a symlink that leads out',
      /must be a file, or a symlink to a file in the AppDir/,
      { 'hello.desktop': { link: '/etc/hosts' } },
    ],
    ['a directory of that name', /must be a file/, { 'hello.desktop': null }],
    ['a line that is none', /line 2 must be a group header, a key/, { 'hello.desktop': '[Desktop Entry]\nName\n' }],
    ['no name', /must have the key Name/, { 'hello.desktop': '[Desktop Entry]\nIcon=hello\n' }],
    ['no icon', /must name an icon/, { 'hello.desktop': '[Desktop Entry]\nName=x\n' }],
    [
      'an icon with a suffix',
      /without path and suffix, found hello\.png/,
      { 'hello.desktop': '[Desktop Entry]\nName=x\nIcon=hello.png\n' },
    ],
    [
      'an icon with a path',
      /without path and suffix, found \/usr\/x/,
      { 'hello.desktop': '[Desktop Entry]\nName=x\nIcon=/usr/x\n' },
    ],
    [
      'another type',
      /Type must be Application, found "Link"$/,
      { 'hello.desktop': '[Desktop Entry]\nName=x\nIcon=x\nType=Link\n' },
    ],
    [
      'a type with a space behind it',
      /Type must be Application, found "Application "; take away the white space/,
      { 'hello.desktop': '[Desktop Entry]\nName=x\nIcon=x\nType = Application \n' },
    ],
    ['a megabyte and more', /at most 1048576 bytes/, { 'hello.desktop': '#'.repeat(1_048_577) }],
  ])('refuses %s', async (_, message, changes) => {
    await expect(read(changes)).rejects.toMatchObject({ code: 'malformed', message: expect.stringMatching(message) });
  });

  test('names the file and the offset where it is malformed', async () => {
    const root = temporaryFolder();
    await expect(read({ 'hello.desktop': '[Desktop Entry]\noops\n' }, root)).rejects.toMatchObject({
      path: join(root, 'hello.desktop'),
      offset: 16,
    });
  });
});
