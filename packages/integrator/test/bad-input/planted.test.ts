import {
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { describe, expect, test } from 'vitest';
import { readManifest } from '../../src/index.ts';
import { pathOf } from '../../src/places/places.ts';
import { makeHome } from '../support/home.ts';
import { probeTree, writeAppImage } from '../support/image.ts';

const install = { from: 'here', sha256: '', signature: 'none', date: '', schemesAllowed: true };

/** The names of all files that an image gets, below a home. */
async function plannedPaths(): Promise<string[]> {
  const home = makeHome();
  const file = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
  await home.sync({ installed: new Map([[file, install]]) });
  const { manifest } = await readManifest(home.places);
  const files = [...manifest.images.flatMap(({ files: own }) => own), ...manifest.shared];
  return files
    .filter(({ root }) => root !== 'cache')
    .map((each) => pathOf(home.places, each).slice(home.folder.length + 1));
}

test('files and links of the user at the names that we would choose stay as they are', {
  timeout: 300_000,
}, async () => {
  const random = seededRandom(77);
  const paths = await plannedPaths();
  expect(paths.length).toBeGreaterThan(5);
  for (let round = 0; round < 12; round++) {
    const home = makeHome();
    const elsewhere = temporaryFolder();
    const victim = join(elsewhere, 'victim');
    writeFileSync(victim, 'victim');
    const planted = new Map<string, string>();
    const look = (path: string): string => {
      const facts = lstatSync(path);
      const mode = facts.mode.toString(8);
      if (facts.isSymbolicLink()) return `${mode} -> ${readlinkSync(path)}`;
      return `${mode} ${facts.ino} ${facts.isFile() ? readFileSync(path, 'utf8') : readdirSync(path).join()}`;
    };
    const plant = (path: string) => {
      if (existsSync(path)) return;
      mkdirSync(dirname(path), { recursive: true });
      const kind = Math.floor(random() * 5);
      if (kind === 0) writeFileSync(path, 'mine', { mode: 0o600 });
      else if (kind === 1) symlinkSync(victim, path);
      else if (kind === 2) symlinkSync('nowhere', path);
      else if (kind === 3) linkSync(victim, path);
      else mkdirSync(path);
      planted.set(path, look(path));
    };
    for (const path of paths) {
      const full = join(home.folder, path);
      if (random() < 0.4) plant(full);
      // The names of before there were random ones in them.
      if (random() < 0.3) plant(join(dirname(full), `.${full.slice(dirname(full).length + 1)}.appimage-js`));
    }
    const file = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    const { kept } = await home.sync({ installed: new Map([[file, install]]) });
    expect(new Set(kept)).toEqual(
      new Set([...planted.keys()].filter((path) => paths.includes(path.slice(home.folder.length + 1)))),
    );
    rmSync(file);
    await home.sync();
    for (const [path, before] of planted) expect(look(path)).toBe(before);
    expect(readdirSync(elsewhere)).toEqual(['victim']);
    expect(readFileSync(victim, 'utf8')).toBe('victim');
  }
});

const FOLDERS = ['appimage', 'appimage/integration', 'applications', 'icons', 'icons/hicolor', 'mime', 'metainfo'];

describe.each(FOLDERS)('a folder that is a symlink which leads out: %s', (name) => {
  const makeLinked = async () => {
    const home = makeHome();
    const elsewhere = temporaryFolder();
    const link = join(home.places.data, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(elsewhere, link);
    const file = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    return { home, elsewhere, link, file };
  };

  testWith(['root'], 'is not written through where another user has made it', async () => {
    const { home, elsewhere, link } = await makeLinked();
    lchownSync(link, 1234, 1234);
    await expect(home.sync()).rejects.toMatchObject({ code: 'not-permitted', path: link });
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test('is what the user wants where it is their own, and as it was in the end', async () => {
    const { home, elsewhere, link, file } = await makeLinked();
    expect((await home.sync()).images).toMatchObject([{ leftAlone: null }]);
    expect(readdirSync(elsewhere)).not.toEqual([]);
    expect(await home.sync()).toMatchObject({ written: [], removed: [] });
    rmSync(file);
    await home.sync();
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(readlinkSync(link)).toBe(elsewhere);
  });
});

test("the user's choice of applications stays the file that it was: elsewhere, with its permissions", async () => {
  const home = makeHome();
  const elsewhere = join(home.folder, 'dotfiles');
  mkdirSync(elsewhere);
  mkdirSync(home.places.config, { recursive: true });
  const text = '[Added Associations]\ntext/plain=ed.desktop;'; // without an end of line
  writeFileSync(join(elsewhere, 'mimeapps'), text, { mode: 0o640 });
  symlinkSync(join(elsewhere, 'mimeapps'), join(home.places.config, 'mimeapps.list'));
  const file = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
  await home.sync({ installed: new Map([[file, install]]) });
  expect(readFileSync(join(elsewhere, 'mimeapps'), 'utf8')).toContain('x-scheme-handler/probing=appimage-js-');
  rmSync(file);
  await home.sync();
  expect(readFileSync(join(elsewhere, 'mimeapps'), 'utf8')).toBe(text);
  expect(statSync(join(elsewhere, 'mimeapps')).mode & 0o777).toBe(0o640);
  expect(readlinkSync(join(home.places.config, 'mimeapps.list'))).toBe(join(elsewhere, 'mimeapps'));
  expect(readdirSync(elsewhere)).toEqual(['mimeapps']);
});

test('a choice of applications that is no file stays, and the rest is done', async () => {
  const home = makeHome();
  const list = join(home.places.config, 'mimeapps.list');
  mkdirSync(list, { recursive: true });
  const file = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
  expect((await home.sync({ installed: new Map([[file, install]]) })).kept).toEqual([list]);
  expect(await home.sync()).toMatchObject({ written: [], removed: [] });
  rmSync(file);
  await home.sync();
  expect(readdirSync(home.folder, { recursive: true }).sort()).toEqual([
    '.config',
    '.config/mimeapps.list',
    'Applications',
  ]);
});
