import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describeWith, mountTmpfs, run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { readManifest } from '../../src/index.ts';
import { makeHome, snapshot } from '../support/home.ts';
import { probeEntry, probeTree, writeAppImage } from '../support/image.ts';

function entries(home: { readonly places: { readonly data: string } }): string[] {
  const folder = join(home.places.data, 'applications');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.desktop')) : [];
}

function readEntry(home: { readonly places: { readonly data: string } }): string {
  return readFileSync(join(home.places.data, 'applications', entries(home)[0] as string), 'utf8');
}

describe('syncAppImages', () => {
  test('leaves nothing behind of an image that is gone', async () => {
    const home = makeHome();
    const before = snapshot(home.folder);
    const file = await writeAppImage(join(home.applications, 'Probe one.AppImage'), probeTree());
    const { written, remarks } = await home.sync();
    expect(remarks).toEqual([]);
    expect(written.length).toBe(8);
    rmSync(file);
    await home.sync();
    expect(snapshot(home.folder)).toEqual(before);
  });

  test('changes nothing the second time, and opens nothing', async () => {
    const home = makeHome();
    const file = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    await home.sync();
    const before = snapshot(home.folder);
    chmodSync(file, 0o111); // root reads it all the same; others can not
    expect(await home.sync()).toMatchObject({ written: [], removed: [], kept: [] });
    expect(snapshot(home.folder)).toEqual(before);
  });

  test('makes the entry anew when images are started in another way, and opens nothing after that', async () => {
    const home = makeHome();
    await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    await home.sync();
    const { written } = await home.sync({ launch: ['appimage-run'] });
    expect(written).toEqual([join(home.places.data, 'applications', entries(home)[0] as string)]);
    expect(readEntry(home)).toContain('\nExec=appimage-run ');
    expect(await home.sync({ launch: ['appimage-run'] })).toMatchObject({ written: [], removed: [] });
  });

  test('keeps the names of its files when an image is renamed or updated', async () => {
    const home = makeHome();
    const file = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    await home.sync();
    const before = entries(home);
    renameSync(file, join(home.applications, 'b.AppImage'));
    await writeAppImage(join(home.applications, 'b.AppImage'), probeTree({ version: '2.0' }));
    await home.sync();
    expect(entries(home)).toEqual(before);
    expect(readEntry(home)).toContain('/b.AppImage --open %U\n');
    expect(readEntry(home)).toContain('X-AppImage-Version=2.0\n');
  });

  test('keeps two images of one application apart, the newer one under the plain name', async () => {
    const home = makeHome();
    await writeAppImage(join(home.applications, 'new.AppImage'), probeTree({ version: '10.0' }));
    await home.sync();
    const [main] = entries(home);
    await writeAppImage(join(home.applications, 'old.AppImage'), probeTree({ version: '9.0' }));
    await home.sync();
    expect(entries(home)).toHaveLength(2);
    const text = (name: string) => readFileSync(join(home.places.data, 'applications', name), 'utf8');
    expect(text(main as string)).toMatch(/Name=Probe\n[\s\S]*new\.AppImage/);
    expect(text(entries(home).find((name) => name !== main) as string)).toMatch(
      /Name=Probe \(9\.0\)\n[\s\S]*old\.AppImage/,
    );
    const settled = snapshot(home.folder);
    expect(await home.sync()).toMatchObject({ written: [], removed: [] });
    expect(snapshot(home.folder)).toEqual(settled);
  });

  test('keeps what the user has changed, and says so', async () => {
    const home = makeHome();
    const file = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    await home.sync();
    const path = join(home.places.data, 'applications', entries(home)[0] as string);
    writeFileSync(path, 'mine');
    await writeAppImage(file, probeTree({ version: '2.0' }));
    expect((await home.sync()).kept).toEqual([path]);
    rmSync(file);
    expect((await home.sync()).kept).toEqual([path]);
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  test('writes a file again that somebody has deleted', async () => {
    const home = makeHome();
    await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    await home.sync();
    const before = snapshot(home.folder);
    rmSync(join(home.places.data, 'applications', entries(home)[0] as string));
    await home.sync();
    expect(snapshot(home.folder)).toEqual(before);
  });

  test.each([
    ['has no desktop entry', { AppRun: '' }, 'it has no desktop entry'],
    [
      'hides',
      probeTree({ entry: `${probeEntry('1').replace('[Desktop Action', 'NoDisplay=true\n\n[Desktop Action')}` }),
      'not want to be shown',
    ],
    [
      'wants no integration',
      probeTree({ entry: probeEntry('1').replace('Icon=', 'X-AppImage-Integrate=false\nIcon=') }),
      'not want to be integrated',
    ],
  ])('leaves an image alone that %s', async (_, tree, reason) => {
    const home = makeHome();
    await writeAppImage(join(home.applications, 'a.AppImage'), tree);
    const { images, written } = await home.sync();
    expect(images[0]?.leftAlone).toContain(reason);
    expect(written).toEqual([]);
  });

  test('leaves files alone that may not be executed, are no images, or are on their way', async () => {
    const home = makeHome();
    chmodSync(await writeAppImage(join(home.applications, 'a.AppImage'), probeTree()), 0o644);
    writeFileSync(join(home.applications, 'b.AppImage'), 'nothing', { mode: 0o755 });
    await writeAppImage(join(home.applications, 'c.AppImage.part'), probeTree());
    const { images, written } = await home.sync();
    expect(written).toEqual([]);
    expect(images.map(({ leftAlone }) => leftAlone !== null)).toEqual([true, true]);
  });

  test('starts anew from a damaged manifest without deleting anything, and takes its own files for its own', async () => {
    const home = makeHome();
    const file = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    await home.sync();
    const path = join(home.places.data, 'appimage', 'integration', 'manifest.json');
    writeFileSync(path, '{"version": 1, "images": [');
    expect((await home.sync()).remarks).toEqual([expect.stringContaining('damaged')]);
    expect((await readManifest(home.places)).manifest.images[0]?.files).toHaveLength(7);
    rmSync(file);
    expect((await home.sync()).removed).toHaveLength(8);
  });

  test('refuses the manifest of a newer program', async () => {
    const home = makeHome();
    await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    await home.sync();
    const path = join(home.places.data, 'appimage', 'integration', 'manifest.json');
    writeFileSync(path, '{"version": 2}');
    await expect(home.sync()).rejects.toMatchObject({ code: 'unsupported' });
    expect(readFileSync(path, 'utf8')).toBe('{"version": 2}');
  });

  test('takes a manifest for damaged that names a file elsewhere', async () => {
    const home = makeHome();
    const victim = join(home.folder, 'victim');
    writeFileSync(victim, '');
    const folder = join(home.places.data, 'appimage', 'integration');
    mkdirSync(folder, { recursive: true });
    const file = {
      root: 'data',
      path: '../../victim',
      hashes: ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    };
    writeFileSync(
      join(folder, 'manifest.json'),
      JSON.stringify({ version: 1, images: [], shared: [], pending: [file], folders: [], generated: [] }),
    );
    await home.sync();
    expect(existsSync(victim)).toBe(true);
  });

  test('does not replace a file of its name that somebody else has put there', async () => {
    const home = makeHome();
    await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    await home.sync();
    const [name] = entries(home);
    const other = makeHome();
    mkdirSync(join(other.places.data, 'applications'), { recursive: true });
    writeFileSync(join(other.places.data, 'applications', name as string), 'mine');
    await writeAppImage(join(other.applications, 'a.AppImage'), probeTree());
    expect((await other.sync()).kept).toHaveLength(1);
    expect(readEntry(other)).toBe('mine');
  });

  test('gives the default for a URL scheme back, and leaves every other line as it is', async () => {
    const home = makeHome();
    const text =
      '# my choice\n[Default Applications]\nx-scheme-handler/probing=other.desktop;\ntext/plain=ed.desktop\n\n[Added Associations]\n';
    const list = join(home.places.config, 'mimeapps.list');
    mkdirSync(home.places.config, { recursive: true });
    writeFileSync(list, text);
    const file = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    const record = { from: file, sha256: '', signature: 'none', date: '', schemesAllowed: true };
    await home.sync({ installed: new Map([[file, record]]) });
    expect(readFileSync(list, 'utf8')).toBe(text.replace('other.desktop;', entries(home)[0] as string));
    rmSync(file);
    await home.sync();
    expect(readFileSync(list, 'utf8')).toBe(text);
  });

  testWith(['root', 'mount'], 'says that the disk is full, and finishes when there is room', async () => {
    const folder = mountTmpfs(temporaryFolder(), '64k');
    const home = makeHome(folder);
    const applications = temporaryFolder();
    await writeAppImage(join(applications, 'a.AppImage'), probeTree());
    writeFileSync(join(folder, 'ballast'), Buffer.alloc(36 * 1024));
    await expect(
      home.sync({ settings: { watch: [applications], thumbnails: false, service: null } }),
    ).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('disk is full'),
    });
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith('.appimage-js'))).toEqual(
      [],
    );
    rmSync(join(folder, 'ballast'));
    run('mount', ['-o', 'remount,size=4m', folder]);
    await home.sync({ settings: { watch: [applications], thumbnails: false, service: null } });
    expect(entries(home)).toHaveLength(1);
  });
});

describeWith(['desktop-file-validate', 'update-desktop-database', 'update-mime-database'], 'what was written', () => {
  testWith(['gio', 'xdg-mime', 'appstreamcli'], 'is taken by the programs of a desktop', async () => {
    const home = makeHome();
    const file = await writeAppImage(join(home.applications, 'Probe 100% "one" $HOME.AppImage'), probeTree());
    const { caches } = await home.sync({
      installed: new Map([[file, { from: file, sha256: '', signature: 'none', date: '', schemesAllowed: true }]]),
    });
    expect(caches.filter(({ state }) => state === 'failed')).toEqual([]);
    const entry = join(home.places.data, 'applications', entries(home)[0] as string);
    expect(run('desktop-file-validate', [entry])).toBe('');
    const env = ['-i', `HOME=${home.folder}`, `PATH=${process.env['PATH']}`];
    writeFileSync(join(home.folder, 'data.probe'), 'content');
    expect(run('env', [...env, 'xdg-mime', 'query', 'default', 'x-scheme-handler/probing'])).toBe(
      `${entries(home)[0]}\n`,
    );
    expect(
      run('env', [...env, 'gio', 'info', '-a', 'standard::content-type', join(home.folder, 'data.probe')]),
    ).toContain('application/x-probe');
    expect(run('env', [...env, 'gio', 'mime', 'x-scheme-handler/probing'])).toContain(entries(home)[0]);
    const metainfo = readdirSync(join(home.places.data, 'metainfo'))[0] as string;
    expect(readFileSync(join(home.places.data, 'metainfo', metainfo), 'utf8')).toContain(
      `<launchable type="desktop-id">${entries(home)[0]}<`,
    );
  });

  testWith(['gio'], 'starts the image with what was to be opened', async () => {
    const home = makeHome();
    const file = join(home.applications, 'Probe 100% "one" $HOME.AppImage');
    await writeAppImage(file, probeTree());
    await home.sync();
    const entry = join(home.places.data, 'applications', entries(home)[0] as string);
    // In the image's place, so that the very command line of the entry is what starts it.
    writeFileSync(file, '#!/bin/sh\nprintf "%s\\n" "$0" "$@" > "$HOME/started"\n');
    chmodSync(file, 0o755);
    run('env', ['-i', `HOME=${home.folder}`, `PATH=${process.env['PATH']}`, 'gio', 'launch', entry, 'probing://x']);
    await expect
      .poll(() => existsSync(join(home.folder, 'started')) && readFileSync(join(home.folder, 'started'), 'utf8'))
      .toBe(`${file}\n--open\nprobing://x\n`);
  });
});
