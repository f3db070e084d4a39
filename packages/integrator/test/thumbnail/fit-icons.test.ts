import { readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describeIcon } from '@appimage-js/format';
import { picturePng } from '@appimage-js/testing/pictures';
import { describe, expect, test } from 'vitest';
import { makeHome } from '../support/home.ts';
import { probeEntry, type Tree, writeAppImage } from '../support/image.ts';

const RED = [255, 0, 0, 255] as const;
const xpm = (size: number) =>
  `/* XPM */\nstatic char *x[] = {"${size} ${size} 1 1", "a c red", ${Array.from({ length: size }, () => `"${'a'.repeat(size)}"`).join(',')}};\n`;
const theme = (folder: string, name: string) => `usr/share/icons/hicolor/${folder}/${name}`;

/** The icons that are written of an image, by their folders and sizes. */
async function icons(tree: Tree): Promise<{ readonly found: readonly string[]; readonly remarks: readonly string[] }> {
  const home = makeHome();
  await writeAppImage(join(home.applications, 'a.AppImage'), {
    AppRun: '#!/bin/sh\n',
    'probe.desktop': probeEntry('1'),
    ...tree,
  });
  const { remarks } = await home.sync();
  const folder = join(home.places.data, 'icons', 'hicolor');
  const found: string[] = [];
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((each) => each.includes('.'))) {
    const icon = await describeIcon(readFileSync(join(folder, path)));
    found.push(`${path.replace(/[\w-]*(\.\w+)$/, '*$1')} ${icon?.format} ${icon?.width}x${icon?.height}`);
  }
  return { found: found.toSorted(), remarks };
}

describe('icons in the theme', () => {
  test('are drawn as PNG where they are XPM', async () => {
    expect(await icons({ 'probe.xpm': xpm(32) })).toEqual({ found: ['32x32/apps/*.png png 32x32'], remarks: [] });
  });

  test('are drawn with the next smaller size where the theme has no folder for theirs', async () => {
    const tree = {
      [theme('1024x1024/apps', 'probe.png')]: picturePng(1024, 1024, RED),
      [theme('50x50/apps', 'probe.png')]: picturePng(50, 50, RED),
      [theme('40x40/mimetypes', 'application-x-probe.png')]: picturePng(40, 40, RED),
    };
    expect(await icons(tree)).toEqual({
      found: ['36x36/mimetypes/*.png png 36x36', '48x48/apps/*.png png 48x48', '512x512/apps/*.png png 512x512'],
      remarks: [],
    });
  });

  test('are left out of a folder that one of the true size is for', async () => {
    const exact = picturePng(48, 48, [0, 0, 255, 255]);
    const tree = {
      [theme('50x50/apps', 'probe.png')]: picturePng(50, 50, RED),
      [theme('48x48/apps', 'probe.png')]: exact,
    };
    const home = makeHome();
    await writeAppImage(join(home.applications, 'a.AppImage'), { 'probe.desktop': probeEntry('1'), ...tree });
    await home.sync();
    const folder = join(home.places.data, 'icons', 'hicolor', '48x48', 'apps');
    const [name] = readdirSync(folder);
    expect(new Uint8Array(readFileSync(join(folder, name as string)))).toEqual(exact);
  });

  test('are squares, whatever they were', async () => {
    const tree = { [theme('64x64/apps', 'probe.png')]: picturePng(64, 40, RED) };
    expect((await icons(tree)).found).toEqual(['64x64/apps/*.png png 64x64']);
  });

  test('are left out, and that is told, where they can not be drawn', async () => {
    const tree = {
      [theme('64x64/apps', 'probe.png')]: picturePng(64, 64, RED),
      [theme('50x50/apps', 'probe.png')]: picturePng(50, 50, RED).slice(0, 45),
    };
    const { found, remarks } = await icons(tree);
    expect(found).toEqual(['64x64/apps/*.png png 64x64']);
    expect(remarks.join()).toMatch(/50x50\/apps\/probe.png is left out: Cannot render icon: .*damaged/);
  });
});

test('the time of the theme says that there are other icons', async () => {
  const home = makeHome();
  const entry = probeEntry('1');
  const path = join(home.applications, 'a.AppImage');
  const icon = { [theme('128x128/apps', 'probe.png')]: picturePng(128, 128, RED) };
  await writeAppImage(path, { 'probe.desktop': entry, ...icon });
  await home.sync();
  const folder = join(home.places.data, 'icons', 'hicolor');
  utimesSync(folder, 1_600_000_000, 1_600_000_000);
  const other = { 'probe.desktop': entry.replace('Name=Probe', 'Name=Other'), ...icon };
  await writeAppImage(join(home.applications, 'b.AppImage'), other);
  await home.sync();
  expect(readdirSync(join(folder, '128x128', 'apps'))).toHaveLength(2);
  expect(statSync(folder).mtimeMs).toBeGreaterThan(1_600_000_000_000);
});
