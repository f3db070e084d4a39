import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cleanForeign, planCleaning } from '../../src/index.ts';
import { makeForeignHome } from '../support/foreign-home.ts';
import { snapshot } from '../support/home.ts';

describe('cleaning', () => {
  test('moves what belongs to images that are gone to the trash, and nothing else', async () => {
    const { home, tools, image } = makeForeignHome();
    const live = tools.libappimage(await image());
    const away = tools.timer('/media/nobody/stick/Cursor.AppImage');
    const gone = [tools.goAppimaged(join(home.folder, 'a.AppImage')), tools.pool(join(home.folder, 'b.AppImage'))];
    const orphan = tools.script(join(home.folder, 'c.AppImage'));
    rmSync(orphan.entry);
    const mine = join(home.places.data, 'applications', 'mine.desktop');
    writeFileSync(mine, `[Desktop Entry]\nType=Application\nName=Mine\nExec=${home.folder}/no.AppImage\n`);
    const doomed = [...gone.flatMap(({ entry, files }) => [entry, ...files]), ...orphan.files].sort();
    const before = snapshot(home.folder);
    expect((await planCleaning(home.places)).sort()).toEqual(doomed);
    expect(snapshot(home.folder)).toEqual(before);
    const { trashed, remarks } = await cleanForeign(home.places);
    expect({ trashed: [...trashed].sort(), remarks }).toEqual({ trashed: doomed, remarks: [] });
    for (const file of [live.entry, ...live.files, away.entry, mine]) expect(existsSync(file)).toBe(true);
    expect(await planCleaning(home.places)).toEqual([]);
    expect(readdirSync(join(home.places.data, 'Trash', 'info'))).toHaveLength(doomed.length);
  });
});
