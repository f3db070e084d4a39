import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeForeignHome } from '../support/foreign-home.ts';
import { foreignTools } from '../support/foreign-tools.ts';
import { makeHome, snapshot } from '../support/home.ts';
import { probeTree, writeAppImage } from '../support/image.ts';

describe('without a request', () => {
  test('nothing of other integrators is touched by a sync', async () => {
    const { home, tools, image } = makeForeignHome();
    const path = await image();
    const planted = [tools.libappimage(path), tools.script(path), tools.goAppimaged(path), tools.am(path)];
    tools.libappimage(join(home.folder, 'gone.AppImage'));
    const own = await writeAppImage(join(home.applications, 'own.AppImage'), probeTree());
    const before = snapshot(home.folder);
    await home.sync();
    rmSync(own);
    await home.sync();
    const after = new Set(snapshot(home.folder));
    expect(before.filter((line) => !(after.has(line) || line.startsWith('Applications/own')))).toEqual([]);
    for (const { entry, files } of planted) expect([entry, ...files].every((file) => existsSync(file))).toBe(true);
  });

  test('an image that another one shows is not shown a second time, until that has gone', async () => {
    const home = makeHome();
    const path = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    const { entry } = foreignTools(home).launcher(path);
    const { images } = await home.sync();
    expect(images).toMatchObject([
      { leftAlone: 'AppImageLauncher shows it already; "appimage sync --adopt" takes it over', files: [] },
    ]);
    expect((await home.sync()).images).toEqual(images);
    rmSync(entry);
    expect((await home.sync()).images).toMatchObject([{ leftAlone: null }]);
    // What comes later does not push ours out.
    foreignTools(home).launcher(path);
    expect((await home.sync()).images).toMatchObject([{ leftAlone: null }]);
  });

  test('an image that the user installs is shown', async () => {
    const home = makeHome();
    const path = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    foreignTools(home).launcher(path);
    const record = { from: path, sha256: '', signature: 'none', date: '', schemesAllowed: false };
    expect((await home.sync({ installed: new Map([[path, record]]) })).images).toMatchObject([{ leftAlone: null }]);
  });
});
