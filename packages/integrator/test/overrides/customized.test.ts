import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getActions, getString, parseDesktopEntry, parseExec } from '@appimage-js/format';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { overridePath, readManifest, writeOverride } from '../../src/index.ts';
import { makeHome, snapshot } from '../support/home.ts';
import { probeEntry, probeTree, writeAppImage } from '../support/image.ts';

type Home = ReturnType<typeof makeHome>;

async function shownHome(entry = probeEntry('1.0')) {
  const home = makeHome();
  const file = await writeAppImage(join(home.applications, 'a b.AppImage'), probeTree({ entry }));
  await home.sync();
  return { home, file, id: await idOf(home) };
}

async function idOf(home: Home): Promise<string> {
  return (await readManifest(home.places)).manifest.images[0]?.id ?? '';
}

function entryPath({ places }: Home, id: string): string {
  return join(places.data, 'applications', `appimage-js-${id}.desktop`);
}

function autostartPath({ places }: Home, id: string): string {
  return join(places.config, 'autostart', `appimage-js-${id}.desktop`);
}

function read(path: string) {
  return parseDesktopEntry(readFileSync(path));
}

describe('an application that the user wants otherwise', () => {
  test('is shown and started so, through updates and new names, until that is taken back', async () => {
    const { home, file, id } = await shownHome();
    const before = snapshot(home.places.data);
    await writeOverride(home.places, id, {
      name: 'My Probe',
      comment: 'Mine',
      icon: 'face-smile',
      wmClass: 'other',
      arguments: ['--no-sandbox', '100%'],
      environment: { A: 'b c' },
      hidden: true,
      actions: false,
    });
    await home.sync();
    const text = readFileSync(entryPath(home, id), 'utf8');
    expect(text).not.toContain('Sonde');
    expect(text.match(/^(?:Name|Comment|Icon|StartupWMClass|NoDisplay)=.*/gm)).toEqual([
      'Name=My Probe',
      'Comment=Mine',
      'StartupWMClass=other',
      'Icon=face-smile',
      'NoDisplay=true',
      'Name=Start Afresh',
    ]);
    const words = ['env', 'A=b c', file, '--no-sandbox', '100%%'];
    const entry = parseDesktopEntry(text);
    expect(parseExec(getString(entry, 'Exec') ?? '')).toEqual([...words, '--open', '%U']);
    expect(getActions(entry).map(({ exec }) => parseExec(exec ?? ''))).toEqual([[...words, '--fresh']]);

    const renamed = join(home.applications, 'c.AppImage');
    renameSync(file, renamed);
    await writeAppImage(renamed, probeTree({ version: '2.0' }));
    await home.sync();
    expect(getString(read(entryPath(home, id)), 'Name')).toBe('My Probe');

    rmSync(renamed);
    await writeAppImage(file, probeTree());
    await writeOverride(home.places, id, {});
    await home.sync();
    expect(snapshot(home.places.data).filter((line) => !line.includes('manifest'))).toEqual(
      before.filter((line) => !line.includes('manifest')),
    );
  });

  test('is as it brings it along where the file is damaged, and that is told', async () => {
    const { home, id } = await shownHome();
    await writeOverride(home.places, id, { name: 'Mine' });
    await home.sync();
    writeFileSync(overridePath(home.places, id), '{"version": 1, "name": "a\\nExec=evil"}');
    expect((await home.sync()).remarks).toEqual([expect.stringContaining(overridePath(home.places, id))]);
    expect(getString(read(entryPath(home, id)), 'Name')).toBe('Probe');
  });

  test('is started with the session from wherever it lies, once', async () => {
    const { home, file, id } = await shownHome();
    await writeOverride(home.places, id, { autostart: true });
    await home.sync();
    const entry = read(autostartPath(home, id));
    expect(parseExec(getString(entry, 'Exec') ?? '')).toEqual([file, '--open']);
    expect(getString(entry, 'TryExec')).toBe(file);
    const moved = join(home.applications, 'moved.AppImage');
    renameSync(file, moved);
    await home.sync();
    expect(getString(read(autostartPath(home, id)), 'TryExec')).toBe(moved);

    await writeAppImage(join(home.applications, 'older.AppImage'), probeTree({ version: '0.5' }));
    await home.sync();
    const started = (await readManifest(home.places)).manifest.images.flatMap(({ files }) =>
      files.filter(({ path }) => path.startsWith('autostart/')),
    );
    expect(started).toHaveLength(1);

    await writeOverride(home.places, id, {});
    await home.sync();
    expect(existsSync(join(home.places.config, 'autostart'))).toBe(false);
  });

  test('is not started again with the session when a desktop has switched that off', async () => {
    const { home, file, id } = await shownHome();
    await writeOverride(home.places, id, { autostart: true });
    await home.sync();
    const off = `${readFileSync(autostartPath(home, id), 'utf8')}Hidden=true\n`;
    writeFileSync(autostartPath(home, id), off);
    await writeAppImage(file, probeTree({ version: '2.0' }));
    expect((await home.sync()).kept).toEqual([autostartPath(home, id)]);
    expect(readFileSync(autostartPath(home, id), 'utf8')).toBe(off);
  });

  test('has actions for the folders that make it portable, as long as they are there', async () => {
    const { home, file, id } = await shownHome();
    mkdirSync(`${file}.home`);
    await home.sync();
    const opened = () =>
      getActions(read(entryPath(home, id)))
        .filter(({ id: action }) => /Home|Config/.test(action))
        .map(({ exec }) => parseExec(exec ?? '').slice(-2));
    expect(opened()).toEqual([['xdg-open', `${file}.home`]]);
    mkdirSync(`${file}.config`);
    await home.sync();
    expect(opened()).toEqual([
      ['xdg-open', `${file}.home`],
      ['xdg-open', `${file}.config`],
    ]);
    rmSync(`${file}.home`, { recursive: true });
    rmSync(`${file}.config`, { recursive: true });
    await home.sync();
    expect(opened()).toEqual([]);
  });

  testWith(['desktop-file-validate'], 'has valid entries', async () => {
    const { home, file, id } = await shownHome(
      probeEntry('1').replace(
        'Categories=',
        'Implements=org.example.X;\nX-KDE-SubstituteUID=true\nX-Flatpak=a\nX-DBUS-ServiceName=a.b\nSingleMainWindow=true\nPrefersNonDefaultGPU=maybe\nKeywords=a;b;\nKeywords[de]=c;d;\nTerminal=false\nStartupNotify=true\nTerminalOptions=-x\nCategories=',
      ),
    );
    mkdirSync(`${file}.home`);
    await writeOverride(home.places, id, {
      name: 'a\\nb; "x" %f',
      keywords: ['a;b', 'c'],
      categories: ['Game'],
      environment: { A: '%U $x `y` "z" \\' },
      arguments: ['%', ';', '', '"', "'"],
      autostart: true,
      terminal: true,
    });
    await home.sync();
    for (const path of [entryPath(home, id), autostartPath(home, id)]) {
      // The key is of version 1.5 of the specification, which validators of before 2023 do not know.
      const copy = join(temporaryFolder(), 'a.desktop');
      writeFileSync(copy, readFileSync(path, 'utf8').replace('SingleMainWindow=true\n', ''));
      expect(spawnSync('desktop-file-validate', ['--no-hints', copy], { encoding: 'utf8' }).stdout).toBe('');
    }
    const text = readFileSync(entryPath(home, id), 'utf8');
    expect(text).not.toMatch(/SubstituteUID|X-Flatpak|X-DBUS|Implements|TerminalOptions|PrefersNonDefaultGPU/);
    expect(text).toMatch(/SingleMainWindow=true\n[\s\S]*StartupNotify=true\n[\s\S]*Terminal=true\n/);
    expect(getString(parseDesktopEntry(text), 'Name')).toBe('a\\nb; "x" %f');
  });
});
