import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAppImageError } from '@appimage-js/format';
import { mountTmpfs, run, temporaryFolder, testWith } from '@appimage-js/testing';
import { expect } from 'vitest';
import { makeHome, snapshot } from '../support/home.ts';
import { probeTree, writeAppImage } from '../support/image.ts';

testWith(
  ['root', 'mount'],
  'a disk that is full at any moment of a sync is told, and what is half done is finished',
  async () => {
    const elsewhere = temporaryFolder();
    const file = await writeAppImage(join(elsewhere, 'a.AppImage'), probeTree());
    const record = { from: file, sha256: '', signature: 'none', date: '', schemesAllowed: true };
    const settings = { watch: [elsewhere], thumbnails: false, service: null };
    let refused = 0;
    for (let free = 0; free <= 160; free += 8) {
      const folder = mountTmpfs(temporaryFolder(), `${free + 16}k`);
      const home = makeHome(folder);
      const before = snapshot(folder);
      writeFileSync(join(folder, 'ballast'), Buffer.alloc(8192));
      const done = await home.sync({ settings, installed: new Map([[file, record]]) }).catch((error: unknown) => {
        if (!isAppImageError(error) || error.code !== 'io') throw error;
        refused += 1;
      });
      expect(
        readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.appimage-js')),
      ).toEqual([]);
      rmSync(join(folder, 'ballast'));
      run('mount', ['-o', 'remount,size=4m', folder]);
      if (done === undefined) await home.sync({ settings, installed: new Map([[file, record]]) });
      expect((await home.sync({ settings })).written).toEqual([]);
      await home.sync({ settings, forgotten: new Set([file]) });
      expect(snapshot(folder)).toEqual(before);
    }
    expect(refused).toBeGreaterThan(3);
  },
);
