import { describe, expect, test } from 'vitest';
import { type AppImageDescription, describeAppImage } from '../../src/appimage/describe-appimage.ts';
import { openAppImage } from '../../src/appimage/open-appimage.ts';
import type { Elf } from '../../src/elf/read-elf.ts';
import type { InputDirectory, InputNode } from '../../src/filesystem/input-tree.ts';
import { nodeDecompressors } from '../../src/node/codecs.ts';
import { SIGNATURE_SECTION } from '../../src/signature/signature-sections.ts';
import { png, SVG, XPM } from '../support/icons.ts';
import { type AppImageRecipe, makeAppImage } from '../support/make-appimage.ts';
import { directory, file, symlink, writeImage } from '../support/trees.ts';

const ENTRY = `[Desktop Entry]
Type=Application
Name=Example
Name[de]=Beispiel
Exec=example
Icon=example
X-AppImage-Version=1.2.3
`;

async function describeTree(
  entries: Record<string, InputNode>,
  recipe: AppImageRecipe = {},
  locale?: string,
): Promise<AppImageDescription> {
  const bytes = await makeAppImage({ root: directory(entries), ...recipe });
  await using image = await openAppImage(bytes, { decompressors: nodeDecompressors });
  return describeAppImage(image, locale === undefined ? {} : { locale });
}

const complete = () => ({
  AppRun: file('#!/bin/sh\n', { mode: 0o755 }),
  'example.desktop': file(ENTRY),
  'example.png': file(png(256, 128)),
  '.DirIcon': symlink('example.png'),
});

describe('a description', () => {
  test('has everything that the image says of itself', async () => {
    const description = await describeTree(complete(), { updateInformation: 'zsync|https://example.org/x.zsync' });
    expect(description).toMatchObject({
      type: 'type-2',
      architectures: ['x86_64'],
      name: 'Example',
      version: '1.2.3',
      desktopEntry: 'example.desktop',
      icon: { path: 'example.png', format: 'png', width: 256, height: 128 },
      entryPoint: 'AppRun',
      updateInformation: { raw: 'zsync|https://example.org/x.zsync', transport: 'zsync' },
      signature: { state: 'unsigned' },
      runtime: { linkage: 'static', interpreter: null },
    });
    expect(description.size).toBeGreaterThan(description.payload?.offset ?? Number.NaN);
    expect(description.problems).toEqual([]);
  });

  test('is localized on request', async () => {
    expect((await describeTree(complete(), {}, 'de_DE.UTF-8')).name).toBe('Beispiel');
  });

  test('of an empty image has null for what is not there', async () => {
    const nothing = {
      name: null,
      version: null,
      desktopEntry: null,
      icon: null,
      entryPoint: null,
      updateInformation: null,
    };
    expect(await describeTree({})).toMatchObject(nothing);
    const bare = await openAppImage(await writeImage(directory()), { decompressors: nodeDecompressors });
    expect(await describeAppImage(bare)).toMatchObject({ ...nothing, runtime: null, signature: { state: 'unsigned' } });
  });

  test('of a signature whose place can not be read does not say that there is none', async () => {
    const bytes = await makeAppImage({ root: directory(complete()) });
    await using image = await openAppImage(bytes, { decompressors: nodeDecompressors });
    const elf = image.elf as Elf;
    const sections = elf.sections.map((section) =>
      section.name === SIGNATURE_SECTION ? { ...section, size: 2 ** 30 } : section,
    );
    expect(await describeAppImage({ ...image, elf: { ...elf, sections } })).toMatchObject({
      name: 'Example',
      signature: { state: 'unreadable' },
      problems: [{ part: 'signature' }],
    });
  });

  test('says that there is a signature, and which loader the runtime wants', async () => {
    const interpreter = '/lib64/ld-linux-x86-64.so.2';
    expect(await describeTree({}, { signature: '-----BEGIN PGP SIGNATURE-----', interpreter })).toMatchObject({
      signature: { state: 'no-key' },
      runtime: { linkage: 'dynamic', interpreter },
    });
  });
});

describe('the desktop entry', () => {
  test('is the first of two by name', async () => {
    const entries = { 'b.desktop': file(ENTRY.replace('Example', 'Second')), 'a.desktop': file(ENTRY) };
    expect(await describeTree(entries)).toMatchObject({ desktopEntry: 'a.desktop', name: 'Example' });
  });

  test('may be a symlink into the image', async () => {
    const entries = {
      'example.desktop': symlink('usr/share/applications/example.desktop'),
      usr: directory({ share: directory({ applications: directory({ 'example.desktop': file(ENTRY) }) }) }),
    };
    expect(await describeTree(entries)).toMatchObject({ desktopEntry: 'example.desktop', name: 'Example' });
  });

  test.each<[string, InputNode]>([
    ['a symlink to nowhere', symlink('nowhere')],
    ['a symlink out of the image', symlink('/etc/example.desktop')],
    ['a directory', directory()],
  ])('that is %s is passed over', async (_, node) => {
    const entries = { 'a.desktop': node, 'b.desktop': file(ENTRY) };
    expect(await describeTree(entries)).toMatchObject({ desktopEntry: 'b.desktop' });
  });

  test.each<[string, InputNode, string]>([
    ['broken', file('Name=no group\n'), 'malformed'],
    ['a symlink to itself', symlink('a.desktop'), 'malformed'],
    ['more than a megabyte', file(new Uint8Array(1_048_577)), 'limit'],
  ])('that is %s is told as a problem and hides nothing else', async (_, node, code) => {
    const { problems, ...description } = await describeTree({ ...complete(), 'a.desktop': node });
    expect(problems).toEqual([{ part: 'desktop-entry', code, message: expect.stringContaining('a.desktop') }]);
    expect(description).toMatchObject({ desktopEntry: 'example.desktop', entryPoint: 'AppRun', icon: { width: 256 } });
  });
});

describe('what AppStream says', () => {
  const metainfo = (text: string): InputDirectory =>
    directory({ share: directory({ metainfo: directory({ 'example.metainfo.xml': file(text) }) }) });
  const METAINFO = `<component type="desktop-application"><id>org.example.App</id><name>Other</name><summary>Sums</summary>
    <summary xml:lang="de">Rechnet</summary><releases><release version="4.5"/></releases></component>`;

  test('completes the desktop entry', async () => {
    const entry = ENTRY.replace(/X-AppImage-Version.*\n/, '').replace('Exec', 'Comment=Comments\nExec');
    const description = await describeTree({ 'example.desktop': file(entry), usr: metainfo(METAINFO) }, {}, 'de');
    expect(description).toMatchObject({
      name: 'Beispiel',
      version: '4.5',
      summary: 'Rechnet',
      appStream: { path: 'usr/share/metainfo/example.metainfo.xml', id: 'org.example.App' },
    });
  });

  test('stands alone where there is no desktop entry', async () => {
    expect(await describeTree({ usr: metainfo(METAINFO) })).toMatchObject({ name: 'Other', summary: 'Sums' });
  });

  test('is a problem where it is broken, and hides nothing else', async () => {
    const description = await describeTree({ ...complete(), usr: metainfo('<component>') });
    expect(description).toMatchObject({ name: 'Example', appStream: null, problems: [{ part: 'appstream' }] });
  });
});

describe('the entry point', () => {
  test.each<[string, InputNode, string]>([
    ['a symlink to nowhere', symlink('usr/bin/none'), 'not-found'],
    ['a directory', directory(), 'not-found'],
    ['a file that nobody may execute', file('#!/bin/sh\n', { mode: 0o644 }), 'not-permitted'],
  ])('that is %s is told as a problem', async (_, node, code) => {
    const { entryPoint, problems } = await describeTree({ AppRun: node });
    expect(entryPoint).toBe('AppRun');
    expect(problems).toMatchObject([{ part: 'entry-point', code }]);
  });

  test('may be one for an architecture', async () => {
    const AppRun = file('', { mode: 0o755 });
    expect(await describeTree({ 'AppRun.x86_64': AppRun })).toMatchObject({
      entryPoint: 'AppRun.x86_64',
      problems: [],
    });
    expect(await describeTree({ 'AppRun.aarch64': AppRun })).toMatchObject({ entryPoint: null });
  });
});

describe('the icon', () => {
  const themed = (size: string, name: string, icon: Uint8Array | string): InputDirectory =>
    directory({
      share: directory({
        icons: directory({ hicolor: directory({ [size]: directory({ apps: directory({ [name]: file(icon) }) }) }) }),
      }),
    });
  const entry = { 'example.desktop': file(ENTRY) };

  test.each<[string, Record<string, InputNode>, unknown]>([
    ['a PNG', { 'example.png': file(png(48, 48)) }, { path: 'example.png', format: 'png', width: 48, height: 48 }],
    ['an SVG', { 'example.svg': file(SVG) }, { path: 'example.svg', format: 'svg', width: 64, height: 32 }],
    ['an XPM', { 'example.xpm': file(XPM) }, { path: 'example.xpm', format: 'xpm', width: 16, height: 8 }],
    ['a PNG before an SVG', { 'example.svg': file(SVG), 'example.png': file(png(1, 1)) }, { path: 'example.png' }],
    ['told by content, not by name', { 'example.png': file(SVG) }, { path: 'example.png', format: 'svg' }],
    ['of the theme, where the root has none', { usr: themed('512x512', 'example.png', png(512, 512)) }, { width: 512 }],
    [
      '.DirIcon, where nothing else is there',
      { '.DirIcon': file(png(7, 9)) },
      { path: '.DirIcon', width: 7, height: 9 },
    ],
    [
      '.DirIcon, where the other is broken',
      { 'example.png': file('no icon'), '.DirIcon': file(png(7, 9)) },
      { path: '.DirIcon' },
    ],
    [
      '.DirIcon, where the other leads nowhere',
      { 'example.png': symlink('x'), '.DirIcon': file(png(7, 9)) },
      { path: '.DirIcon' },
    ],
    [
      '.DirIcon, where the other is a circle',
      { 'example.png': symlink('example.png'), '.DirIcon': file(SVG) },
      { path: '.DirIcon' },
    ],
  ])('is %s', async (_, entries, expected) => {
    expect((await describeTree({ ...entry, ...entries })).icon).toMatchObject(expected as object);
  });

  test('is null where nothing is an icon, which is a problem if there should be one', async () => {
    const entries = { 'example.png': directory(), '.DirIcon': file('text') };
    expect(await describeTree({ ...entry, ...entries })).toMatchObject({
      icon: null,
      problems: [{ part: 'icon', code: 'not-found', message: expect.stringContaining('"example"') }],
    });
    expect(await describeTree(entries)).toMatchObject({ icon: null, problems: [] });
  });
});
