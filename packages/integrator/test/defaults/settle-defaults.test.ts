import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mountTmpfs, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import type { InstallRecord } from '../../src/index.ts';
import { type Home, makeHome } from '../support/home.ts';
import { writeAppImage } from '../support/image.ts';

const TYPE = 'x-scheme-handler/probing';

function record(from: string): InstallRecord {
  return { from, sha256: '', signature: 'unsigned', date: '', schemesAllowed: true };
}

async function writeProbe(path: string, name: string, version = '1.0', schemes = ['probing']): Promise<string> {
  const types = schemes.map((scheme) => `x-scheme-handler/${scheme};`).join('');
  const entry = `[Desktop Entry]\nType=Application\nName=${name}\nExec=p %u\nMimeType=${types}\nX-AppImage-Version=${version}\n`;
  return await writeAppImage(path, { AppRun: '', 'p.desktop': entry });
}

async function install(home: Home, name: string, version?: string): Promise<string> {
  const path = await writeProbe(join(home.applications, `${name} ${version ?? ''}.AppImage`), name, version);
  await home.sync({ installed: new Map([[path, record(path)]]) });
  return path;
}

function list({ places }: Home): string {
  return readFileSync(join(places.config, 'mimeapps.list'), 'utf8');
}

/** A home whose user has made a choice. */
function homeWith(text: string): Home {
  const home = makeHome();
  mkdirSync(home.places.config, { recursive: true });
  writeFileSync(join(home.places.config, 'mimeapps.list'), text);
  return home;
}

describe('defaults for URL schemes', () => {
  test.each([
    [0, 1],
    [1, 0],
  ])('of two applications are given back whichever goes first', async (...order) => {
    const text = `# mine\n[Default Applications]\n${TYPE}=user.desktop\n`;
    const home = homeWith(text);
    const paths = [await install(home, 'One'), await install(home, 'Two')];
    for (const index of order) {
      rmSync(paths[index] as string);
      await home.sync();
    }
    expect(list(home)).toBe(text);
  });

  test.each([
    '',
    '# nothing',
    '[Added Associations]\ntext/plain=a.desktop;',
    '\n\n[Default Applications]',
    `[Default Applications]\n  ${TYPE} = user.desktop;x.desktop;\n\n`,
  ])('leave a list as it was: %j', async (text) => {
    const home = homeWith(text);
    const path = await install(home, 'One');
    expect(list(home)).toMatch(new RegExp(`^ *${TYPE} ?= ?appimage-js-[0-9a-f]+\\.desktop$`, 'm'));
    rmSync(path);
    await home.sync();
    expect(list(home)).toBe(text);
  });

  test('stay with the application when a newer version comes beside it, and go with the last one', async () => {
    const home = homeWith('');
    const old = await install(home, 'One', '1.0');
    const before = list(home);
    const path = await writeProbe(join(home.applications, 'new.AppImage'), 'One', '2.0');
    await home.sync();
    expect(list(home)).toBe(before);
    rmSync(old);
    await home.sync();
    expect(list(home)).toBe(before);
    rmSync(path);
    await home.sync();
    expect(list(home)).toBe('');
  });

  test('of a scheme that a newer version does not open any more are given back', async () => {
    const home = homeWith('');
    const path = await install(home, 'One');
    await writeProbe(path, 'One', '2.0', ['other']);
    await home.sync();
    expect(list(home)).not.toContain(TYPE);
    expect(list(home)).toContain('x-scheme-handler/other=appimage-js-');
  });

  test('are left to whom the user has given them since', async () => {
    const home = homeWith('');
    const path = await install(home, 'One');
    const text = list(home).replace(/=appimage-js-.*/, '=chosen.desktop');
    writeFileSync(join(home.places.config, 'mimeapps.list'), text);
    await writeProbe(path, 'One', '2.0');
    await home.sync();
    rmSync(path);
    await home.sync();
    expect(list(home)).toBe(text);
  });

  test('survive a new name of the file, with what was noted of it', async () => {
    const home = homeWith('');
    const path = await install(home, 'One');
    const before = list(home);
    renameSync(path, join(home.applications, 'renamed.AppImage'));
    const { images } = await home.sync();
    expect(images).toMatchObject([
      { install: { from: path, schemesAllowed: true }, defaults: [{ scheme: 'probing' }] },
    ]);
    expect(list(home)).toBe(before);
  });

  test('are not those of another file in the place of one that is gone', async () => {
    const home = homeWith('');
    const path = await install(home, 'One');
    rmSync(path);
    await writeProbe(join(home.applications, 'other.AppImage'), 'Two');
    const { images } = await home.sync();
    expect(images).toMatchObject([{ name: 'Two', install: null, defaults: [] }]);
    expect(list(home)).toBe('');
  });

  testWith(['root', 'mount'], 'survive a move to another volume', async () => {
    const home = homeWith('');
    const volume = mountTmpfs(temporaryFolder(), '4m');
    const settings = { watch: [home.applications, volume], thumbnails: false, service: null };
    const path = await install(home, 'One');
    const before = list(home);
    const { atime, mtime } = statSync(path);
    const moved = join(volume, 'One.AppImage');
    writeFileSync(moved, readFileSync(path), { mode: 0o755 });
    utimesSync(moved, atime, mtime);
    rmSync(path);
    // Tools keep times to the microsecond, as mv does; this one to the millisecond.
    const { images } = await home.sync({ settings });
    expect(images).toMatchObject([{ path: moved, defaults: [{ scheme: 'probing' }] }]);
    expect(list(home)).toBe(before);
  });
});
