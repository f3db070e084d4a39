import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { InputDirectory, InputNode } from '../../src/filesystem/input-tree.ts';
import type { FileRange, ReadonlyFileSystem } from '../../src/filesystem/readonly-file-system.ts';
import { findIcon } from '../../src/icon/find-icon.ts';
import { findIcons } from '../../src/icon/find-icons.ts';
import { png, SVG, XPM } from '../support/icons.ts';
import { directory, file, openImage, symlink, writeImage } from '../support/trees.ts';

type Tree = Readonly<Record<string, InputNode>>;

const THEME = 'usr/share/icons/hicolor';

/** Files by their paths; folders come of themselves. */
function tree(files: Tree): InputDirectory {
  const folders = new Map<string, Record<string, InputNode>>();
  const entries: Record<string, InputNode> = {};
  for (const [path, node] of Object.entries(files)) {
    const slash = path.indexOf('/');
    if (slash < 0) {
      entries[path] = node;
      continue;
    }
    const name = path.slice(0, slash);
    const folder = folders.get(name) ?? {};
    folder[path.slice(slash + 1)] = node;
    folders.set(name, folder);
  }
  for (const [name, folder] of folders) entries[name] = tree(folder);
  return directory(entries);
}

const open = async (files: Tree): Promise<ReadonlyFileSystem> => openImage(await writeImage(tree(files)));
const themed = (size: string, name: string, context = 'apps') => `${THEME}/${size}/${context}/${name}`;

/** What a file system was asked to read of file contents. */
function watched(files: ReadonlyFileSystem) {
  const reads: { path: string; length: number }[] = [];
  const readFile: ReadonlyFileSystem['readFile'] = (entry, range?: FileRange) => {
    const path = typeof entry === 'string' ? entry : entry.path;
    reads.push({ path, length: (range?.end ?? Number.POSITIVE_INFINITY) - (range?.start ?? 0) });
    return files.readFile(entry, range);
  };
  const watching: ReadonlyFileSystem = {
    stat: (...args) => files.stat(...args),
    readDirectory: (...args) => files.readDirectory(...args),
    readLink: (...args) => files.readLink(...args),
    readXattrs: (...args) => files.readXattrs(...args),
    walk: (...args) => files.walk(...args),
    readFile,
  };
  return { files: watching, reads };
}

const complete: Tree = {
  '.DirIcon': symlink('app.png'),
  'app.png': symlink(themed('256x256', 'app.png')),
  'other.png': file(png(1, 1)),
  [themed('256x256', 'app.png')]: file(png(256, 256)),
  [themed('48x48', 'app.png')]: file(png(32, 32)),
  [themed('24x24@2', 'app.png')]: file(png(48, 48)),
  [themed('scalable', 'app.svg')]: file(SVG),
  [themed('scalable', 'app.svgz')]: file(gzipSync(SVG)),
  [themed('scalable', 'other.svg')]: file(SVG),
  [themed('symbolic', 'app-symbolic.svg')]: file(SVG),
  [themed('48x48', 'application-x-app.png', 'mimetypes')]: file(png(48, 48)),
  [themed('48x48', 'app.png', 'actions')]: file(png(48, 48)),
  'usr/share/pixmaps/app.xpm': file(XPM),
  'usr/share/icons/app.png': file(png(64, 64)),
};

describe('the icons of an application', () => {
  test('are those of its name, in the order of the specification, with their true sizes', async () => {
    const icons = await findIcons(await open(complete), 'app');
    const shown = icons.map(
      ({ path, format, width, place, purpose }) => `${path} ${format} ${width} ${place} ${purpose}`,
    );
    expect(shown).toEqual([
      `${themed('256x256', 'app.png')} png 256 theme application`,
      `${themed('scalable', 'app.svg')} svg 64 theme application`,
      `${themed('scalable', 'app.svgz')} svgz 64 theme application`,
      `${themed('24x24@2', 'app.png')} png 48 theme application`,
      `${themed('48x48', 'app.png')} png 32 theme application`,
      'app.png png 256 root application',
      '.DirIcon png 256 dir-icon application',
      'usr/share/icons/app.png png 64 unthemed application',
      'usr/share/pixmaps/app.xpm xpm 16 unthemed application',
      `${themed('symbolic', 'app-symbolic.svg')} svg 64 theme symbolic`,
      `${themed('48x48', 'application-x-app.png', 'mimetypes')} png 48 theme file-type`,
    ]);
  });

  test('say what their folder says, and what they are behind symlinks', async () => {
    const icons = await findIcons(await open(complete), 'app');
    const find = (path: string) => icons.find((icon) => icon.path === path);
    expect(find(themed('24x24@2', 'app.png'))).toMatchObject({
      themeFolder: { name: '24x24@2', size: 24, scale: 2, context: 'apps' },
    });
    expect(find(themed('scalable', 'app.svg'))).toMatchObject({
      themeFolder: { name: 'scalable', size: null, scale: 1, context: 'apps' },
    });
    expect(find('.DirIcon')).toMatchObject({ realPath: themed('256x256', 'app.png'), themeFolder: null });
  });

  test('are read at their beginning, once each', async () => {
    const { files, reads } = watched(await open({ ...complete, 'app.svg': file(`${SVG}${' '.repeat(1_000_000)}`) }));
    await findIcons(files, 'app');
    expect(new Set(reads.map(({ path }) => path)).size).toBe(reads.length);
    expect(Math.max(...reads.map(({ length }) => length))).toBeLessThanOrEqual(16_384);
  });

  test('without a name are .DirIcon and those of file types', async () => {
    const paths = (await findIcons(await open(complete), undefined)).map(({ path }) => path);
    expect(paths).toEqual(['.DirIcon', themed('48x48', 'application-x-app.png', 'mimetypes')]);
  });

  test('may be in a size’s folder itself', async () => {
    const [icon] = await findIcons(await open({ [`${THEME}/64x64/app.png`]: file(png(64, 64)) }), 'app');
    expect(icon).toMatchObject({ place: 'theme', themeFolder: { size: 64, context: null } });
  });

  test.each<[string, Tree, string, string]>([
    ['with a suffix', { 'app.png': file(png(9, 9)) }, 'app.png', 'app.png'],
    ['with the suffix of another format', { 'app.svg': file(SVG) }, 'app.png', 'app.svg'],
    ['with spaces', { 'My App.png': file(png(9, 9)) }, 'My App', 'My App.png'],
    ['with dots', { [themed('48x48', 'org.a.b.png')]: file(png(9, 9)) }, 'org.a.b', themed('48x48', 'org.a.b.png')],
    ['that is not ASCII', { 'Grüße.png': file(png(9, 9)) }, 'Grüße', 'Grüße.png'],
    ['that is a path', { 'a/b.png': file(png(9, 9)), 'b.png': file(png(8, 8)) }, 'a/b.png', 'a/b.png'],
    ['that is a path of the system', { 'opt/app/b.png': file(png(9, 9)) }, '/opt/app/b.png', 'opt/app/b.png'],
    ['that is a path without file', { 'b.png': file(png(9, 9)) }, '/home/me/b.png', 'b.png'],
    ['that is a path out of the image', { 'b.png': file(png(9, 9)) }, '../../b.png', 'b.png'],
  ])('may have a name %s', async (_, files, name, path) => {
    const image = await open(files);
    expect((await findIcons(image, name))[0]).toMatchObject({ path });
    expect(await findIcon(image, name)).toMatchObject({ path });
  });

  test('are listed once, though found twice', async () => {
    expect(await findIcons(await open({ 'app.png': file(png(9, 9)) }), './app.png')).toHaveLength(1);
  });

  test.each<[string, Tree]>([
    ['symlinks to nowhere', { 'app.png': symlink('nowhere'), '.DirIcon': symlink('/usr/share/x.png') }],
    ['symlinks in a circle', { 'app.png': symlink('app.svg'), 'app.svg': symlink('app.png') }],
    ['folders', { 'app.png/x': file(''), '.DirIcon/x': file('') }],
    ['other things', { 'app.png': file('text'), 'app.svg': file('<html/>'), 'app.svgz': file(gzipSync('x')) }],
    ['empty', { 'app.png': file(''), '.DirIcon': file('') }],
    ['a file for a folder', { [THEME]: file(''), 'usr/share/pixmaps': file('') }],
    ['a theme in a circle', { [THEME]: symlink('hicolor'), 'usr/share/pixmaps': symlink('/x') }],
  ])('are not %s', async (_, files) => {
    const image = await open(files);
    expect(await findIcons(image, 'app')).toEqual([]);
    expect(await findIcon(image, 'app')).toBeUndefined();
  });

  test('are found behind symlinked folders', async () => {
    const files = await open({
      'usr/share/icons': symlink('../../icons'),
      'icons/hicolor/48x48': symlink('64x64'),
      'icons/hicolor/64x64/apps/app.png': file(png(64, 64)),
    });
    expect((await findIcons(files, 'app')).map(({ path, realPath }) => [path, realPath])).toEqual([
      [themed('64x64', 'app.png'), 'icons/hicolor/64x64/apps/app.png'],
      [themed('48x48', 'app.png'), 'icons/hicolor/64x64/apps/app.png'],
    ]);
  });

  test('may be of formats that are not for icons', async () => {
    const gif = Buffer.from('GIF89a\x20\0\x10\0', 'latin1');
    expect(await findIcon(await open({ '.DirIcon': file(gif) }), 'app')).toMatchObject({
      format: 'gif',
      width: 32,
      height: 16,
    });
  });

  test('are looked at further where the size is not at the beginning', async () => {
    const svg = `<!-- ${'x'.repeat(100_000)} -->${SVG.slice(SVG.indexOf('<svg'))}`;
    const { files, reads } = watched(await open({ 'app.svg': file(svg) }));
    expect(await findIcon(files, 'app')).toMatchObject({ width: 64, height: 32 });
    expect(reads).toHaveLength(2);
    const far = `<!-- ${'x'.repeat(2_000_000)} -->${SVG.slice(SVG.indexOf('<svg'))}`;
    expect(await findIcon(await open({ 'app.svg': file(far) }), 'app')).toBeUndefined();
  });
});

describe('the icon that represents an application', () => {
  test.each<[string, Tree, string]>([
    [
      'of the theme before that of the root',
      { 'app.png': file(png(512, 512)), [themed('48x48', 'app.png')]: file(png(48, 48)) },
      themed('48x48', 'app.png'),
    ],
    [
      'of 256 pixels',
      { [themed('512x512', 'app.png')]: file(png(512, 512)), [themed('256x256', 'app.png')]: file(png(256, 256)) },
      themed('256x256', 'app.png'),
    ],
    [
      'of 128 pixels at a scale of two',
      { [themed('512x512', 'app.png')]: file(png(512, 512)), [themed('128x128@2', 'app.png')]: file(png(256, 256)) },
      themed('128x128@2', 'app.png'),
    ],
    [
      'that is scalable',
      { [themed('scalable', 'app.svg')]: file(SVG), [themed('512x512', 'app.png')]: file(png(9, 9)) },
      themed('scalable', 'app.svg'),
    ],
    [
      'that is larger',
      { [themed('512x512', 'app.png')]: file(png(9, 9)), [themed('128x128', 'app.png')]: file(png(9, 9)) },
      themed('512x512', 'app.png'),
    ],
    [
      'that is smaller',
      { [themed('16x16', 'app.png')]: file(png(9, 9)), [themed('128x128', 'app.png')]: file(png(9, 9)) },
      themed('128x128', 'app.png'),
    ],
    ['in the root before .DirIcon', { 'app.svg': file(SVG), '.DirIcon': file(png(9, 9)) }, 'app.svg'],
    ['as PNG before SVG', { 'app.svg': file(SVG), 'app.png': file(png(9, 9)) }, 'app.png'],
    [
      '.DirIcon before a pixmap',
      { '.DirIcon': file(png(9, 9)), 'usr/share/pixmaps/app.png': file(png(9, 9)) },
      '.DirIcon',
    ],
    ['a pixmap at last', { 'usr/share/pixmaps/app.xpm': file(XPM) }, 'usr/share/pixmaps/app.xpm'],
    [
      'after one that is broken',
      { [themed('256x256', 'app.png')]: file('x'), '.DirIcon': file(png(9, 9)) },
      '.DirIcon',
    ],
    [
      'and not that of a file type',
      { [themed('256x256', 'app.png', 'mimetypes')]: file(png(9, 9)), '.DirIcon': file(png(9, 9)) },
      '.DirIcon',
    ],
    [
      'and not a symbolic one',
      { [themed('symbolic', 'app-symbolic.svg')]: file(SVG), '.DirIcon': file(png(9, 9)) },
      '.DirIcon',
    ],
  ])('is the one %s', async (_, files, path) => {
    const image = await open(files);
    expect(await findIcon(image, 'app')).toMatchObject({ path });
    expect((await findIcons(image, 'app'))[0]).toMatchObject({ path });
  });

  test('costs one read of a file', async () => {
    const { files, reads } = watched(await open(complete));
    expect(await findIcon(files, 'app')).toMatchObject({ width: 256 });
    expect(reads.map(({ path }) => path)).toEqual([themed('256x256', 'app.png')]);
  });
});

describe('limits', () => {
  const many = (count: number): Tree =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [themed('48x48', `${index}.png`, 'mimetypes'), file(png(1, 1))]),
    );

  test('hold for the number of icons', async () => {
    const files = await open(many(21));
    expect(await findIcons(files, undefined, { maxIcons: 21 })).toHaveLength(21);
    await expect(findIcons(files, undefined, { maxIcons: 20 })).rejects.toMatchObject({ code: 'limit' });
  });

  test('hold for the number of sizes', async () => {
    const sizes = (count: number) =>
      open(
        Object.fromEntries(
          Array.from({ length: count }, (_, index) => [themed(`${index + 1}`, 'a.png'), file(png(1, 1))]),
        ),
      );
    expect(await findIcons(await sizes(256), 'a')).toHaveLength(256);
    await expect(findIcons(await sizes(257), 'a')).rejects.toMatchObject({ code: 'limit' });
  });

  test('are those of the caller, who may give up', async () => {
    const signal = AbortSignal.abort();
    await expect(findIcons(await open(complete), 'app', { signal })).rejects.toBe(signal.reason);
    await expect(findIcon(await open(complete), 'app', { signal })).rejects.toBe(signal.reason);
  });
});
