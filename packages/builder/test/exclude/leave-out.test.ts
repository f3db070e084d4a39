import { existsSync, linkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { type BuildOptions, buildAppImage, planAppImage } from '../../src/index.ts';
import { DESKTOP_ENTRY, PROGRAM, type TreeEntry } from '../make-tree.ts';
import { PAYLOAD_OFFSET, preparedBuild } from '../prepared-build.ts';

const TREE: Record<string, TreeEntry> = {
  AppRun: PROGRAM,
  'usr/share/doc/hello/README': '12345',
  'usr/share/doc/hello/more/COPYING': '1234567',
  'usr/share/man/hello.1': '123',
  'usr/lib/libhello.a': '1234',
  'usr/lib/keep.a': '1',
  'usr/lib/link.a': { link: 'keep.a' },
};

async function leftOut(changes: Record<string, TreeEntry | undefined>, options: Partial<BuildOptions> = {}) {
  const { leftOut: planned } = await planAppImage({ ...preparedBuild({ ...TREE, ...changes }).options, ...options });
  return { ...planned, entries: planned.entries.map(({ path, reason }) => `${path} (${reason})`) };
}

describe('what is left out', () => {
  test('is nothing of its own accord', async () => {
    expect(await leftOut({})).toEqual({ entries: [], files: 0, bytes: 0 });
  });

  test('is what .appimageignore in the AppDir says, and that file', async () => {
    const ignore = '# development\n*.a\n!keep.a\n\nusr/share/doc/\n/share/man\n';
    expect(await leftOut({ '.appimageignore': ignore })).toEqual({
      entries: [
        '.appimageignore (it says what is left out)',
        'usr/lib/libhello.a (.appimageignore, line 2: *.a)',
        'usr/lib/link.a (.appimageignore, line 2: *.a)',
        'usr/share/doc (.appimageignore, line 5: usr/share/doc/)',
      ],
      files: 5,
      bytes: 4 + 5 + 7 + ignore.length,
    });
  });

  test('is what a file of patterns and single patterns say, the last of which counts', async () => {
    const excludeFile = join(temporaryFolder(), 'patterns');
    writeFileSync(excludeFile, 'usr/share/man\r\n*.a\r\n');
    const { entries } = await leftOut({}, { excludeFile, exclude: ['!keep.a', 'COPYING'] });
    expect(entries).toEqual([
      `usr/lib/libhello.a (${excludeFile}, line 2: *.a)`,
      `usr/lib/link.a (${excludeFile}, line 2: *.a)`,
      'usr/share/doc/hello/more/COPYING (the option exclude: COPYING)',
      `usr/share/man (${excludeFile}, line 1: usr/share/man)`,
    ]);
  });

  test('is not read from a file without end', async () => {
    const endless = leftOut({}, { excludeFile: '/dev/zero' });
    await expect(endless).rejects.toMatchObject({
      code: 'limit',
      message: 'Cannot read patterns /dev/zero: the file must have at most 1048576 bytes, found more',
    });
  });

  testWith(['mkfifo'], 'may come through a pipe', async () => {
    const pipe = join(temporaryFolder(), 'pipe');
    await run('mkfifo', [pipe]);
    const written = execa('sh', ['-c', 'echo "*.a" > "$1"', '-', pipe]);
    const { entries } = await leftOut({}, { excludeFile: pipe });
    await written;
    expect(entries).toContain(`usr/lib/libhello.a (${pipe}, line 1: *.a)`);
  });

  test('is told apart by upper and lower case', async () => {
    expect((await leftOut({}, { exclude: ['copying', 'LIBHELLO.*'] })).entries).toEqual([]);
  });

  test('is other desktop entries in the root', async () => {
    const { entries } = await leftOut({ 'other.desktop': DESKTOP_ENTRY }, { desktop: 'hello' });
    expect(entries).toEqual(['other.desktop (the root has one desktop entry: hello.desktop)']);
  });

  test('counts hard links once', async () => {
    const { options, appDir } = preparedBuild(TREE);
    linkSync(join(appDir, 'usr/lib/libhello.a'), join(appDir, 'usr/lib/same.a'));
    const { leftOut: planned } = await planAppImage({ ...options, exclude: ['*.a'] });
    expect({ files: planned.files, bytes: planned.bytes }).toEqual({ files: 4, bytes: 5 });
  });

  testWith(['unsquashfs'], 'is not in the image, and what is left has its other name of a hard link', async () => {
    const { options, output, appDir, folder } = preparedBuild({
      ...TREE,
      '.appimageignore': 'usr/share\nlibhello.a\n',
    });
    linkSync(join(appDir, 'usr/lib/libhello.a'), join(appDir, 'usr/lib/same'));
    const { plan } = await buildAppImage(options);
    const extracted = join(folder, 'extracted');
    run('unsquashfs', ['-no-progress', '-o', `${PAYLOAD_OFFSET}`, '-d', extracted, output]);
    const there = ['.appimageignore', 'usr/share', 'usr/lib/libhello.a', 'usr/lib/same', 'usr/lib/keep.a'];
    expect(there.map((path) => existsSync(join(extracted, path)))).toEqual([false, false, false, true, true]);
    expect(plan.contents.files).toBe(6);
  });

  test.each<[string, string[], Record<string, TreeEntry | undefined>, RegExp]>([
    [
      'AppRun leads to',
      ['usr/bin'],
      { AppRun: { link: 'usr/bin/hello' } },
      /usr\/bin\/hello must be in the image, .* left out by the option exclude: usr\/bin$/,
    ],
    ['Exec names', ['usr/bin/hello'], { AppRun: undefined }, /usr\/bin\/hello must be in the image/],
    ['is the desktop entry', ['*.desktop'], {}, /hello\.desktop must be in the image/],
    ['is the icon', ['*.png'], {}, /hello\.png must be in the image/],
  ])('is an error where it is what %s', async (_, exclude, changes, message) => {
    await expect(leftOut(changes, { exclude })).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringMatching(message),
    });
  });

  test('may be one of two icons or a program that nobody names', async () => {
    const themed = 'usr/share/icons/hicolor/256x256/apps/hello.png';
    const picture: TreeEntry = 'x';
    expect((await leftOut({ [themed]: picture }, { exclude: ['/hello.png', 'usr/bin/hello'] })).files).toBe(2);
  });

  test('comes from a file of patterns that can be read and is not huge', async () => {
    const folder = temporaryFolder();
    await expect(leftOut({}, { excludeFile: join(folder, 'none') })).rejects.toMatchObject({ code: 'not-found' });
    await expect(leftOut({ '.appimageignore': '#'.repeat(1_048_577) })).rejects.toMatchObject({ code: 'limit' });
  });
});
