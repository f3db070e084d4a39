import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { describe, expect, test } from 'vitest';
import { findForeign } from '../../src/index.ts';
import { type ForeignTools, foreignTools, md5 } from '../support/foreign-tools.ts';
import { type Home, makeHome, snapshot } from '../support/home.ts';

function makeForeignHome(): { home: Home; tools: ForeignTools; image: (name: string) => string; find: Find } {
  const home = makeHome();
  const image = (name: string) => {
    const path = join(home.applications, name);
    writeFileSync(path, 'image');
    chmodSync(path, 0o755);
    return path;
  };
  const find = () => findForeign(home.places, { sharedData: join(home.folder, 'shared') });
  return { home, tools: foreignTools(home), image, find };
}
type Find = () => ReturnType<typeof findForeign>;

describe('the entries of', () => {
  const cases: readonly [keyof ForeignTools, string, string][] = [
    ['libappimage', 'Probe one (1).AppImage', 'libappimage'],
    ['launcher', 'Probe_0123.AppImage', 'AppImageLauncher'],
    ['goAppimaged', 'Probe one.AppImage', 'go-appimaged'],
    ['script', 'Probe one.AppImage', 'desktopintegration'],
    ['gearLever', 'probe.appimage', 'Gear Lever'],
    ['am', 'Probe one.AppImage', 'AM'],
    ['pool', 'Probe_9a0364b9e99bb480dd25e1f0284c8555.AppImage', 'AppImagePool'],
    ['timer', 'Cursor-0.48.6-x86_64.AppImage', 'appimage-sync'],
    ['rebuild', 'Cursor.AppImage', 'appimage-run'],
  ];
  test.each(cases)('%s are found with their image and all of their files', async (tool, name, called) => {
    const { tools, image, find } = makeForeignHome();
    const path = image(name);
    const planted = tools[tool](path);
    const { entries, leftovers } = await find();
    expect(entries).toMatchObject([{ tool: called, path: planted.entry, image: path, state: 'live' }]);
    // The thumbnail under the encoded URI is one that file managers use as well.
    const own = planted.files.filter((file) => tool !== 'goAppimaged' && !isOfFileManagers(file, path));
    expect([...(entries[0]?.files ?? [])].sort()).toEqual([...own].sort());
    expect(leftovers).toEqual([]);
    rmSync(path);
    expect((await find()).entries).toMatchObject([{ state: 'gone', files: [...planted.files].sort() }]);
  });

  test.each([
    ['of old', { Exec: 'IMAGE', TryExec: 'IMAGE' }],
    ['without an icon', { Exec: "'IMAGE' --open %U", Icon: 'applications-other' }],
    ['edited in its window, which forgets quotes', { Exec: 'env FOO=a b IMAGE --open %U' }],
    ['behind a wrapper that nobody knows', { Exec: '/usr/bin/mangohud --dlsym "IMAGE" --open %U' }],
  ])('Gear Lever are known %s', async (_what, changes) => {
    const { tools, image, find } = makeForeignHome();
    const path = image('My Probe.appimage');
    const lines = Object.entries(changes).map(([key, text]) => [key, text.replace('IMAGE', path)]);
    tools.gearLever(path, Object.fromEntries(lines));
    expect((await find()).entries).toMatchObject([{ tool: 'Gear Lever', image: path, state: 'live' }]);
  });

  test('images on a medium that is not there are away, not gone', async () => {
    const { tools, find } = makeForeignHome();
    tools.libappimage('/media/somebody/stick/Probe.AppImage');
    tools.timer('/mnt/nowhere/Cursor.AppImage');
    expect((await find()).entries).toMatchObject([{ state: 'away' }, { state: 'away' }]);
  });

  test('all users are found, and not changeable for one', async () => {
    const { home, image, find } = makeForeignHome();
    const path = image('probe');
    mkdirSync(join(home.folder, 'shared', 'applications'), { recursive: true });
    writeFileSync(
      join(home.folder, 'shared', 'applications', 'probe-AM.desktop'),
      `[Desktop Entry]\nType=Application\nName=Probe\nExec=${path} %U\nIcon=probe\n`,
    );
    expect((await find()).entries).toMatchObject([{ tool: 'AM', isChangeable: false, files: [] }]);
  });
});

describe('the id of an image', () => {
  test.each([
    ['unencoded', (path: string) => path],
    ['as GLib encodes it', (path: string) => encodeURI(path)],
    ['as Go encodes it', (path: string) => encodeURI(path).replaceAll('(', '%28').replaceAll(')', '%29')],
    ['with its links resolved', (path: string) => path.replace('/link/', '/Applications/')],
  ])('is known %s', async (_form, spell) => {
    const { home, tools, image, find } = makeForeignHome();
    image('Pröbe one (1).AppImage');
    symlinkSync(home.applications, join(home.folder, 'link'));
    const path = join(home.folder, 'link', 'Pröbe one (1).AppImage');
    const { files } = tools.libappimage(path, { id: md5(`file://${spell(path)}`) });
    const entry = (await find()).entries[0];
    const kept = files.filter((file) => !file.includes('/thumbnails/'));
    expect(entry?.files).toEqual(expect.arrayContaining(kept));
  });

  test('is that of the vector that libappimage tests with', async () => {
    expect(md5('file:///some/fixed/path')).toBe('972f4824b8e6ea26a55e9af60a285af7');
  });
});

describe('what is not of another integrator', () => {
  test.each([
    ['an entry that a person wrote', 'game.desktop', 'Exec=/home/me/Emulator.AppImage --rom "a b"\nName=Game\n'],
    [
      'one that gives the image more than files',
      'x.desktop',
      'Exec=appimage-run /home/me/E.AppImage --rom x\nName=G\n',
    ],
    [
      'one with an icon of the user',
      'y.desktop',
      'Exec=/home/me/Apps/E.AppImage\nIcon=/home/me/.icons/e.png\nName=E\n',
    ],
    ['a program of the system', 'org.gnome.Maps.desktop', 'Exec=gapplication launch org.gnome.Maps\nName=Maps\n'],
  ])('%s is let be', async (_what, name, lines) => {
    const { home, find } = makeForeignHome();
    mkdirSync(join(home.places.data, 'applications'), { recursive: true });
    writeFileSync(join(home.places.data, 'applications', name), `[Desktop Entry]\nType=Application\n${lines}`);
    expect(await find()).toEqual({ entries: [], leftovers: [] });
  });
});

describe('icons and packages without an entry', () => {
  test('are leftovers, with the thumbnails of their id', async () => {
    const { tools, image, find } = makeForeignHome();
    const kit = tools.libappimage(image('a.AppImage'));
    const pool = tools.pool(image('b.AppImage'));
    const script = tools.script(image('c.AppImage'));
    for (const { entry } of [kit, pool, script]) rmSync(entry);
    const { entries, leftovers } = await find();
    expect(entries).toEqual([]);
    expect(leftovers).toEqual([...kit.files, ...pool.files, ...script.files].sort());
  });

  test('are in use where another entry names them', async () => {
    const { home, tools, image, find } = makeForeignHome();
    const { entry, files } = tools.libappimage(image('a.AppImage'));
    rmSync(entry);
    const icon = /appimagekit_\w+_probe/.exec(files[0] as string)?.[0];
    writeFileSync(
      join(home.places.data, 'applications', 'mine.desktop'),
      `[Desktop Entry]\nName=Mine\nExec=true\nIcon=${icon}\n`,
    );
    expect((await find()).leftovers).toEqual([]);
  });
});

describe('hostile files', () => {
  test('are left out, and nothing is changed', async () => {
    const { home, tools, image, find } = makeForeignHome();
    const { entry } = tools.libappimage(image('a.AppImage'));
    const folder = join(home.places.data, 'applications');
    const name = (count: number) => join(folder, `appimagekit_${md5(String(count))}-x.desktop`);
    writeFileSync(name(1), Buffer.alloc(1_000_000, 'a'));
    symlinkSync(entry, name(2));
    symlinkSync('/dev/zero', name(3));
    mkdirSync(name(4));
    const elsewhere = temporaryFolder();
    for (const file of [`appimagekit_${md5('out')}-x.desktop`, `appimagekit_${md5('out')}_x.png`]) {
      writeFileSync(join(elsewhere, file), '[Desktop Entry]\nName=Out\n');
    }
    symlinkSync(elsewhere, join(folder, 'out'));
    symlinkSync(elsewhere, join(home.places.data, 'icons', 'out'));
    writeFileSync(
      name(5),
      '[Desktop Entry]\nExec=/a\\0b\nTryExec=relative\nX-ExecLocation=/dev/zero\nIcon=/etc/passwd\n',
    );
    const before = snapshot(home.folder);
    const { entries, leftovers } = await find();
    expect(leftovers).toEqual([]);
    expect(entries.map(({ path }) => path).sort()).toEqual([entry, name(5)].sort());
    expect(entries.find(({ path }) => path === name(5))).toMatchObject({ state: 'gone', files: [] });
    expect(snapshot(home.folder)).toEqual(before);
  });

  test('of any bytes end nothing', async () => {
    const { home, find } = makeForeignHome();
    const random = seededRandom(8);
    const folder = join(home.places.data, 'applications');
    mkdirSync(folder, { recursive: true });
    const pieces = [
      '[Desktop Entry]\n',
      'Exec=',
      'sh -c "',
      'env ',
      'A=b ',
      '%',
      '\\',
      '"',
      '$@',
      '$0 ',
      '\n',
      'TryExec=',
    ];
    for (let count = 0; count < 300; count++) {
      const text = Array.from({ length: 30 }, () => pieces[Math.floor(random() * pieces.length)]).join('');
      writeFileSync(join(folder, `appimagekit_${md5(String(count))}-x.desktop`), `[Desktop Entry]\nExec=${text}`);
    }
    expect((await find()).entries.length).toBeGreaterThan(0);
  });

  testWith(['mkfifo'], 'that would never end are not waited for', async () => {
    const { home, find } = makeForeignHome();
    const folder = join(home.places.data, 'applications');
    mkdirSync(folder, { recursive: true });
    run('mkfifo', [join(folder, `appimagekit_${md5('fifo')}-x.desktop`)]);
    expect((await find()).entries).toEqual([]);
  });
});

function isOfFileManagers(file: string, image: string): boolean {
  return file.endsWith(`/${md5(`file://${encodeURI(image)}`)}.png`);
}
