import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, run, temporaryFolder } from '@appimage-js/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { takeOverFavorites } from '../../src/adoption/take-over-favorites.ts';

const SCHEMA = `<schemalist><schema id="org.gnome.shell" path="/org/gnome/shell/">
  <key name="favorite-apps" type="as"><default>['maps.desktop']</default></key>
</schema></schemalist>`;

/** Settings of GNOME in a file, as GLib keeps them where there is no database. */
function plantSettings(favorites: string): string {
  const folder = temporaryFolder();
  const schemas = join(folder, 'schemas');
  const settings = join(folder, 'config', 'glib-2.0', 'settings', 'keyfile');
  mkdirSync(schemas);
  mkdirSync(join(settings, '..'), { recursive: true });
  writeFileSync(join(schemas, 'org.gnome.shell.gschema.xml'), SCHEMA);
  run('glib-compile-schemas', [schemas]);
  writeFileSync(settings, `[org/gnome/shell]\nfavorite-apps=${favorites}\n`);
  vi.stubEnv('GSETTINGS_SCHEMA_DIR', schemas);
  vi.stubEnv('GSETTINGS_BACKEND', 'keyfile');
  vi.stubEnv('XDG_CONFIG_HOME', join(folder, 'config'));
  return settings;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describeWith(['gsettings', 'glib-compile-schemas'], 'the favorites of GNOME', () => {
  test('name the successor in the place of a program', async () => {
    const settings = plantSettings("['a.desktop', 'appimagekit_1-x.desktop', 'b.desktop']");
    const successors = new Map([['appimagekit_1-x.desktop', 'appimage-js-1.desktop']]);
    expect(await takeOverFavorites(successors)).toEqual(['appimagekit_1-x.desktop']);
    expect(readFileSync(settings, 'utf8')).toContain(
      "favorite-apps=['a.desktop', 'appimage-js-1.desktop', 'b.desktop']",
    );
    expect(await takeOverFavorites(successors)).toEqual([]);
  });

  test('without the program stay as they are', async () => {
    const settings = plantSettings("['a.desktop']");
    const before = readFileSync(settings, 'utf8');
    expect(await takeOverFavorites(new Map([['x.desktop', 'y.desktop']]))).toEqual([]);
    expect(readFileSync(settings, 'utf8')).toBe(before);
  });
});
