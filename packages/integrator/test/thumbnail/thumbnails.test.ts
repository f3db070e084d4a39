import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describeIcon } from '@appimage-js/format';
import { describeWith, run } from '@appimage-js/testing';
import { picturePng, pngPixels } from '@appimage-js/testing/pictures';
import { describe, expect, test } from 'vitest';
import { type Home, makeHome, snapshot } from '../support/home.ts';
import { probeEntry, svg, type Tree, writeAppImage } from '../support/image.ts';

const RED = [255, 0, 0, 255] as const;
const XPM = '/* XPM */\nstatic char *x[] = {"2 1 2 1", "a c red", "b c None", "ab"};\n';
const SVG = svg('<rect width="64" height="64" fill="red"/>');

const withIcons = (icons: Tree): Tree => ({ AppRun: '#!/bin/sh\n', 'probe.desktop': probeEntry('1'), ...icons });
const theme = (size: number) => `usr/share/icons/hicolor/${size}x${size}/apps/probe.png`;
const themed = (...sizes: readonly number[]): Tree =>
  Object.fromEntries(sizes.map((size) => [theme(size), picturePng(size, size, RED)]));
const sync = ({ sync: start, applications }: Home, thumbnails = true) =>
  start({ settings: { watch: [applications], thumbnails, service: null } });
const folderOf = (home: Home) => join(home.folder, '.cache', 'thumbnails');

/** Pixels of the one thumbnail in each folder. */
async function sizes(home: Home): Promise<Record<string, number | null | undefined>> {
  const found: Record<string, number | null | undefined> = {};
  for (const folder of existsSync(folderOf(home)) ? readdirSync(folderOf(home)) : []) {
    const [name] = readdirSync(join(folderOf(home), folder));
    if (name === undefined) continue;
    found[folder] = (await describeIcon(readFileSync(join(folderOf(home), folder, name))))?.width;
  }
  return found;
}

describe('thumbnails', () => {
  test.each<[string, Tree, Record<string, number>]>([
    ['an SVG, in all sizes', { 'probe.svg': SVG }, { normal: 128, large: 256, 'x-large': 512, 'xx-large': 1024 }],
    ['a PNG of 256 pixels, no larger than it is', themed(256), { normal: 128, large: 256 }],
    ['a PNG between two sizes, as it is', themed(16, 200), { normal: 128, large: 200 }],
    ['a small PNG, as it is', themed(48), { normal: 48 }],
    [
      'the larger picture beside a small one in the theme',
      { ...themed(16), '.DirIcon': picturePng(300, 300, RED) },
      { normal: 128, large: 256, 'x-large': 300 },
    ],
    ['an XPM, as it is', { 'probe.xpm': XPM }, { normal: 2 }],
  ])('are made of %s', async (_, icons, expected) => {
    const home = makeHome();
    await writeAppImage(join(home.applications, 'a.AppImage'), withIcons(icons));
    const { remarks } = await sync(home);
    expect({ remarks, sizes: await sizes(home) }).toEqual({ remarks: [], sizes: expected });
  });

  test('are none of an image without icon', async () => {
    const home = makeHome();
    await writeAppImage(join(home.applications, 'a.AppImage'), withIcons({}));
    expect((await sync(home)).images[0]?.leftAlone).toBeNull();
    expect(await sizes(home)).toEqual({});
  });

  test('have all sizes, and are none where the user wants none', async () => {
    const home = makeHome();
    await writeAppImage(join(home.applications, 'a.AppImage'), withIcons({ 'probe.svg': SVG }));
    await sync(home);
    expect(await sizes(home)).toEqual({ normal: 128, large: 256, 'x-large': 512, 'xx-large': 1024 });
    await sync(home, false);
    expect(existsSync(folderOf(home))).toBe(false);
  });

  test('are for their owner alone', async () => {
    const home = makeHome();
    await writeAppImage(join(home.applications, 'a.AppImage'), withIcons({ 'probe.svg': SVG }));
    const mask = process.umask(0);
    try {
      await sync(home);
    } finally {
      process.umask(mask);
    }
    const large = join(folderOf(home), 'large');
    const mode = (path: string) => statSync(path).mode & 0o777;
    expect([mode(folderOf(home)), mode(large)]).toEqual([0o700, 0o700]);
    expect(mode(join(large, readdirSync(large)[0] as string))).toBe(0o600);
  });

  test('follow the file under a new name, and go with it', async () => {
    const home = makeHome();
    const before = snapshot(home.folder);
    const file = await writeAppImage(join(home.applications, 'a.AppImage'), withIcons({ 'probe.svg': SVG }));
    await sync(home);
    const [old] = readdirSync(join(folderOf(home), 'large'));
    const renamed = join(home.applications, 'b.AppImage');
    renameSync(file, renamed);
    await sync(home);
    const names = readdirSync(join(folderOf(home), 'large'));
    expect(names).toHaveLength(1);
    expect(names).not.toContain(old);
    rmSync(renamed);
    await sync(home);
    expect(snapshot(home.folder)).toEqual(before);
  });

  test('are written over, and removed, whoever has changed them', async () => {
    const home = makeHome();
    const file = await writeAppImage(join(home.applications, 'a.AppImage'), withIcons({ 'probe.svg': SVG }));
    await sync(home);
    const folder = join(folderOf(home), 'large');
    const thumbnail = join(folder, readdirSync(folder)[0] as string);
    writeFileSync(thumbnail, 'of a file manager');
    expect(await sync(home)).toMatchObject({ written: [], kept: [] });
    utimesSync(file, 1_600_000_000, 1_600_000_000);
    expect(await sync(home)).toMatchObject({ kept: [] });
    expect((await describeIcon(readFileSync(thumbnail)))?.format).toBe('png');
    writeFileSync(thumbnail, 'of a file manager');
    rmSync(file);
    expect(await sync(home)).toMatchObject({ kept: [] });
    expect(existsSync(thumbnail)).toBe(false);
  });

  test('show the next best icon where one can not be drawn, and the image is in the menu all the same', async () => {
    const home = makeHome();
    const icons = { 'probe.svg': svg('<rect width="'), '.DirIcon': picturePng(64, 64, RED) };
    await writeAppImage(join(home.applications, 'a.AppImage'), withIcons(icons));
    const { remarks, images } = await sync(home);
    expect(images[0]?.leftAlone).toBeNull();
    expect(remarks.join('\n')).toContain('probe.svg can not be drawn');
    expect(await sizes(home)).toEqual({ normal: 64 });
    const [name] = readdirSync(join(folderOf(home), 'normal'));
    expect(pngPixels(readFileSync(join(folderOf(home), 'normal', name as string)))[0]).toEqual([...RED]);
  });
});

describeWith(['gio', 'pngcheck'], 'thumbnails, as GLib finds them', () => {
  const facts = (path: string) =>
    Object.fromEntries(
      [
        ...run('env', [...options, 'gio', 'info', '-a', 'thumbnail::*', path]).matchAll(
          /^ {2}(thumbnail::[\w-]+): (.*)$/gm,
        ),
      ].map(([, key, value]) => [key, value]),
    );
  let options: string[] = [];

  test.each(['plain', 'two words (1)', '100% “ü” [x];#?&=+,!~\'"', '日本語', 'a:b@c$d*e|f<g>h`i^j{k}\\l'])(
    'belong to %s.AppImage',
    async (name) => {
      const home = makeHome();
      options = [`HOME=${home.folder}`, `XDG_CACHE_HOME=${join(home.folder, '.cache')}`];
      const path = await writeAppImage(join(home.applications, `${name}.AppImage`), withIcons({ 'probe.svg': SVG }));
      await sync(home);
      for (const folder of ['xx-large', 'x-large', 'large', 'normal']) {
        const [file] = readdirSync(join(folderOf(home), folder));
        const thumbnail = join(folderOf(home), folder, file as string);
        expect(run('pngcheck', ['-v', thumbnail])).toContain('No errors detected');
        expect(facts(path)).toEqual({ 'thumbnail::path': thumbnail, 'thumbnail::is-valid': 'TRUE' });
        rmSync(thumbnail); // the next smaller one is found then
      }
    },
  );

  test('are outdated for a file that has changed since', async () => {
    const home = makeHome();
    options = [`HOME=${home.folder}`, `XDG_CACHE_HOME=${join(home.folder, '.cache')}`];
    const path = await writeAppImage(join(home.applications, 'a.AppImage'), withIcons({ 'probe.svg': SVG }));
    await sync(home);
    utimesSync(path, 1_600_000_000, 1_600_000_000);
    expect(facts(path)).toMatchObject({ 'thumbnail::is-valid': 'FALSE' });
    await sync(home);
    expect(facts(path)).toMatchObject({ 'thumbnail::is-valid': 'TRUE' });
  });
});
