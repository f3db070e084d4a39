import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { directory, file, symlink, writeImage } from '../support/images.ts';

const tree = {
  AppRun: symlink('usr/bin/app'),
  'app.desktop': file('[Desktop Entry]\n'),
  usr: directory({
    bin: directory({ app: file('#!/bin/sh\n', 0o755), other: file('other') }),
    lib: directory({ 'libx.so': symlink('libx.so.1'), 'libx.so.1': symlink('libx.so.1.2'), 'libx.so.1.2': file('x') }),
    lib64: symlink('lib'),
    share: directory({ 'through.so': symlink('../lib64/libx.so'), icons: directory({ 'a.png': file('png') }) }),
  }),
};

describe('appimage extract', () => {
  test('unpacks everything into squashfs-root, and says so', async () => {
    const folder = temporaryFolder();
    const image = await writeImage(join(folder, 'x.squashfs'), tree);
    const { status, stdout, stderr } = await appimage(['extract', image], { cwd: folder });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Extracted \d+ files, .* into \S+squashfs-root\n$/);
    const root = join(folder, 'squashfs-root');
    expect(readlinkSync(join(root, 'AppRun'))).toBe('usr/bin/app');
    expect(lstatSync(join(root, 'usr/bin/app')).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(root, 'usr/share/icons/a.png'), 'utf8')).toBe('png');
  });

  test('prints what the library answered with --json', async () => {
    const folder = temporaryFolder();
    const image = await writeImage(join(folder, 'x.squashfs'), tree);
    const { stdout } = await appimage(['extract', '--json', image, '-d', 'out'], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({ directory: join(folder, 'out'), files: 10, skipped: [] });
  });

  test.each([
    { patterns: ['*.desktop'], expected: ['app.desktop'] },
    { patterns: ['usr/bin'], expected: ['usr', 'usr/bin', 'usr/bin/app', 'usr/bin/other'] },
    { patterns: ['./usr/bin/a*'], expected: ['usr', 'usr/bin', 'usr/bin/app'] },
    { patterns: ['**/*.png'], expected: ['usr', 'usr/share', 'usr/share/icons', 'usr/share/icons/a.png'] },
    { patterns: ['AppRun'], expected: ['AppRun', 'usr', 'usr/bin', 'usr/bin/app'] },
    {
      patterns: ['usr/share/through.so'],
      expected: [
        'usr',
        'usr/lib',
        'usr/lib/libx.so',
        'usr/lib/libx.so.1',
        'usr/lib/libx.so.1.2',
        'usr/lib64',
        'usr/share',
        'usr/share/through.so',
      ],
    },
  ])('unpacks only $patterns and what links in it need', async ({ patterns, expected }) => {
    const folder = temporaryFolder();
    const image = await writeImage(join(folder, 'x.squashfs'), tree);
    expect(await appimage(['extract', image, ...patterns, '-d', 'out'], { cwd: folder })).toMatchObject({ status: 0 });
    const found = readdirSync(join(folder, 'out'), { encoding: 'utf8', recursive: true }).sort();
    // readdir follows the symlink usr/lib64, too.
    expect(found.filter((path) => !path.startsWith('usr/lib64/'))).toEqual(expected);
  });

  test.each([['/'], ['.'], ['./'], ['']])('takes %j for everything', async (pattern) => {
    const folder = temporaryFolder();
    const image = await writeImage(join(folder, 'x.squashfs'), tree);
    const { stdout } = await appimage(['extract', image, pattern, '-d', 'out', '--json'], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({ files: 10 });
    const empty = await writeImage(join(folder, 'empty.squashfs'), {});
    expect(await appimage(['extract', empty, pattern, '-d', 'none'], { cwd: folder })).toMatchObject({ status: 0 });
  });

  test('calls a directory without a name wrong usage', async () => {
    const image = await writeImage(join(temporaryFolder(), 'x.squashfs'), tree);
    expect(await appimage(['extract', image, '-d', ''])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'appimage: Cannot extract: directory must be a path, found ""\n',
    });
  });

  test('fails before it writes anything when a pattern matches nothing', async () => {
    const folder = temporaryFolder();
    const image = await writeImage(join(folder, 'x.squashfs'), tree);
    expect(await appimage(['extract', image, 'usr/bin', 'nope*', '-d', 'out'], { cwd: folder })).toMatchObject({
      status: 1,
      stderr: `appimage: ${image}: Cannot extract "nope*": nothing in the image matches\n`,
    });
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  test('leaves a directory alone that has something in it', async () => {
    const folder = temporaryFolder();
    const image = await writeImage(join(folder, 'x.squashfs'), tree);
    mkdirSync(join(folder, 'out'));
    writeFileSync(join(folder, 'out/mine'), 'mine');
    const { status, stderr } = await appimage(['extract', image, '-d', 'out'], { cwd: folder });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^appimage: .*expected a new or an empty directory.*\n$/);
    expect(readdirSync(join(folder, 'out'))).toEqual(['mine']);
  });

  test('writes nothing outside of its directory, whatever the links in the image say', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'outside'));
    const image = await writeImage(join(folder, 'x.squashfs'), {
      up: symlink('../outside'),
      absolute: symlink(join(folder, 'outside')),
      'file.txt': file('inside'),
    });
    expect(await appimage(['extract', image, '-d', 'out'], { cwd: folder })).toMatchObject({ status: 0 });
    expect(readlinkSync(join(folder, 'out/up'))).toBe('../outside');
    expect(readdirSync(join(folder, 'outside'))).toEqual([]);
  });
});
