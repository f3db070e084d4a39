import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { findPlaces, restoreFromTrash, trashFile } from '../../src/index.ts';

function makeFile(name: string) {
  const home = temporaryFolder();
  const path = join(home, name);
  writeFileSync(path, 'content');
  return { home, path, places: findPlaces({ HOME: home }) };
}

describe('a file in the trash', () => {
  test('comes back to where it was, and leaves nothing there', async () => {
    const { path, places } = makeFile('a b%.AppImage');
    const trashed = await trashFile(places, path);
    expect(existsSync(path)).toBe(false);
    await restoreFromTrash(trashed, path);
    expect(readFileSync(path, 'utf8')).toBe('content');
    expect(readdirSync(join(places.data, 'Trash'), { recursive: true }).sort()).toEqual(['files', 'info']);
  });

  test('stays there where something else has its place by now, a symlink that leads nowhere as well', async () => {
    const { path, places } = makeFile('a.AppImage');
    const trashed = await trashFile(places, path);
    symlinkSync('nowhere', path);
    await expect(restoreFromTrash(trashed, path)).rejects.toMatchObject({ code: 'io', path });
    expect(readFileSync(trashed, 'utf8')).toBe('content');
  });

  test('has a name of its own, also beside one of the same', async () => {
    const { home, path, places } = makeFile('a.AppImage');
    mkdirSync(join(home, 'other'));
    const other = join(home, 'other', 'a.AppImage');
    writeFileSync(other, 'other');
    const trashed = [await trashFile(places, path), await trashFile(places, other)];
    expect(trashed.map((each) => readFileSync(each, 'utf8'))).toEqual(['content', 'other']);
  });

  test('is none that is not there', async () => {
    const { home, places } = makeFile('a');
    await expect(trashFile(places, join(home, 'b'))).rejects.toMatchObject({ code: 'io' });
    expect(existsSync(join(places.data, 'Trash'))).toBe(false);
  });

  testWith(['gio'], 'is described as GLib does', async () => {
    const name = "ü [x] 100% #1 'y'.AppImage";
    const [own, other] = [makeFile(name), makeFile(name)];
    await trashFile(own.places, own.path);
    run('env', ['-i', `HOME=${other.home}`, `PATH=${process.env['PATH']}`, 'gio', 'trash', other.path]);
    const described = ({ home, places }: typeof own) => {
      const [file = ''] = readdirSync(join(places.data, 'Trash', 'info'));
      const text = decodeURIComponent(readFileSync(join(places.data, 'Trash', 'info', file), 'utf8'));
      return [file, text.replace(home, '').replace(/(?<=DeletionDate=.*)\d/g, '0')];
    };
    expect(described(own)).toEqual(described(other));
  });
});
