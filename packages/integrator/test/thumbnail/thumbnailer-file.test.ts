import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { testWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { thumbnailerFile } from '../../src/thumbnail/thumbnailer-file.ts';
import { makeHome } from '../support/home.ts';
import { probeTree, writeAppImage } from '../support/image.ts';

const lines = (command: readonly string[]) =>
  Object.fromEntries(
    new TextDecoder()
      .decode(thumbnailerFile(command).content)
      .split('\n')
      .map((line) => /^(\w+)=(.*)$/.exec(line)?.slice(1) ?? []),
  );

test('the thumbnailer is there as long as an image is in the menu, unless the user wants no thumbnails', async () => {
  const home = makeHome();
  const path = join(home.places.data, 'thumbnailers', 'appimage-js.thumbnailer');
  const settings = { watch: [home.applications], service: null };
  const file = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
  await home.sync({ settings: { ...settings, thumbnails: true } });
  expect(readFileSync(path, 'utf8')).toContain('\nExec=/usr/bin/appimage thumbnail --size %s -- %i %o\n');
  await home.sync({ settings: { ...settings, thumbnails: false } });
  expect(existsSync(path)).toBe(false);
  await home.sync({ settings: { ...settings, thumbnails: true } });
  rmSync(file);
  await home.sync({ settings: { ...settings, thumbnails: true } });
  expect(existsSync(path)).toBe(false);
});

testWith(['sh'], 'the thumbnailer starts the words of the command, whatever is in them', () => {
  const words = ['/opt/my apps/node', "/home/o'neil/100%/a\\b/appimage.js", '$HOME;`id`'];
  const { Exec = '' } = lines(words);
  const unescaped = Exec.replaceAll('\\\\', '\\');
  const expanded = unescaped.replace(
    /%([%sio])/g,
    (_: string, field: string) => ({ '%': '%', s: '256', i: 'IN', o: 'OUT' })[field] ?? '',
  );
  const printed = execFileSync('sh', ['-c', `printf '%s\\n' ${expanded}`], { encoding: 'utf8' });
  expect(printed.trim().split('\n')).toEqual([...words, 'thumbnail', '--size', '256', '--', 'IN', 'OUT']);
});
