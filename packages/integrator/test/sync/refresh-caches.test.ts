import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { makeHome } from '../support/home.ts';
import { probeEntry, probeTree, writeAppImage } from '../support/image.ts';

/** Programs of a desktop that note how they were started; these and no others are there while the test runs. */
function makeDesktop(programs: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder();
  const log = join(folder, 'log');
  for (const [name, lines] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "${name} $*" >>'${log}'\n${lines}\n`, { mode: 0o755 });
  }
  vi.stubEnv('PATH', folder);
  vi.stubEnv('KDE_SESSION_VERSION', environment['KDE_SESSION_VERSION']);
  onTestFinished(() => void vi.unstubAllEnvs());
  return { calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []) };
}

describe('the caches of the desktop', () => {
  test('are made once for all that comes together, and not where nothing changes', async () => {
    const home = makeHome();
    for (const name of ['One', 'Two', 'Three']) {
      const entry = probeEntry('1.0').replaceAll('Probe', name);
      await writeAppImage(join(home.applications, `${name}.AppImage`), probeTree({ entry }));
    }
    const icons = join(home.places.data, 'icons', 'hicolor');
    mkdirSync(icons, { recursive: true });
    writeFileSync(join(icons, 'index.theme'), '');
    const desktop = makeDesktop(
      {
        'update-desktop-database': '',
        'update-mime-database': '',
        'gtk-update-icon-cache': '',
        kbuildsycoca5: '',
        kbuildsycoca6: '',
      },
      { KDE_SESSION_VERSION: '6' },
    );
    const { caches } = await home.sync();
    expect(caches.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
    const { data } = home.places;
    const once = [
      `update-desktop-database -q ${join(data, 'applications')}`,
      `update-mime-database ${join(data, 'mime')}`,
      `gtk-update-icon-cache -q -t -f ${icons}`,
      'kbuildsycoca6 --noincremental',
    ];
    expect(desktop.calls()).toEqual(once);
    await home.sync();
    expect(desktop.calls()).toEqual(once);
  });

  test('that no program is there for are left out, and one that fails is told and stops nothing', async () => {
    const home = makeHome();
    const file = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    makeDesktop({ 'update-mime-database': 'echo broken >&2; exit 1' });
    const { caches, images } = await home.sync();
    expect(images).toMatchObject([{ leftAlone: null }]);
    expect(caches).toEqual([
      { tool: 'update-desktop-database', state: 'missing', message: null },
      { tool: 'update-mime-database', state: 'failed', message: expect.stringContaining('broken') },
    ]);
    rmSync(file);
    await home.sync();
    expect(existsSync(home.places.data)).toBe(false);
  });
});
