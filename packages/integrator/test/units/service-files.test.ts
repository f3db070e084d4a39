import { appendFileSync, lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { changeSettings, changeWatchDirs, readSettings, settingsPath, syncAppImages } from '../../src/index.ts';
import { makeHome, snapshot } from '../support/home.ts';

const DAEMON = { with: 'daemon', start: 'systemd' } as const;
const SYNC = { with: 'sync', start: 'systemd' } as const;

/** A home whose settings are read from their file. */
function makeOwnHome() {
  const { folder, places } = makeHome();
  mkdirSync(places.config, { recursive: true });
  const sync = () => syncAppImages({ places, command: ['/usr/bin/appimage'] });
  const unitPath = (name: string) => join(places.config, 'systemd', 'user', name);
  return { folder, places, sync, unitPath };
}

test('the files of a service come with the setting, once, and go with it', async () => {
  const { folder, places, sync, unitPath } = makeOwnHome();
  const before = snapshot(folder);
  await changeSettings(places, { service: DAEMON });
  const link = unitPath('default.target.wants/appimage-js.service');
  expect((await sync()).written.filter((path) => path.includes('systemd')).sort()).toEqual([
    unitPath('appimage-js.service'),
    link,
  ]);
  expect(readlinkSync(link)).toBe('../appimage-js.service');
  expect((await sync()).written).toEqual([]);
  await changeSettings(places, { service: null });
  await sync();
  expect(snapshot(folder)).toEqual(before);
});

test('one kind of service takes the place of the other', async () => {
  const { folder, places, sync } = makeOwnHome();
  await changeSettings(places, { service: DAEMON });
  await sync();
  await changeSettings(places, { service: { with: 'sync', start: 'autostart' } });
  await sync();
  const files = snapshot(folder).map((line) => line.split(' ')[0]);
  expect(files.filter((path) => path?.includes('systemd'))).toEqual([]);
  expect(files).toContain('.config/autostart/appimage-js-daemon.desktop');
});

test('the unit that watches follows the folders that are watched', async () => {
  const { places, sync, unitPath } = makeOwnHome();
  await changeSettings(places, { service: SYNC });
  await sync();
  const watcher = unitPath('appimage-js-sync.path');
  expect(readFileSync(watcher, 'utf8')).not.toContain('/more');
  const more = join(temporaryFolder(), 'more');
  mkdirSync(more);
  await changeWatchDirs(places, { add: [more] });
  expect((await sync()).written).toEqual([watcher]);
  expect(readFileSync(watcher, 'utf8')).toContain(`\nPathChanged=${more}\n`);
});

test('a unit that somebody has changed stays, and so does a link of theirs', async () => {
  const { places, sync, unitPath } = makeOwnHome();
  const link = unitPath('default.target.wants/appimage-js.service');
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync('/dev/null', link);
  await changeSettings(places, { service: DAEMON });
  expect((await sync()).kept).toEqual([link]);
  const unit = unitPath('appimage-js.service');
  appendFileSync(unit, '# mine\n');
  await changeSettings(places, { service: null });
  expect([...(await sync()).kept].sort()).toEqual([unit, link]);
  expect(readFileSync(unit, 'utf8')).toMatch(/# mine\n$/);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
});

test('a setting that says something else of the service is refused', async () => {
  const { places } = makeOwnHome();
  mkdirSync(dirname(settingsPath(places)), { recursive: true });
  for (const service of ['daemon', { with: 'daemon' }, { with: 'luck', start: 'systemd' }, 7]) {
    writeFileSync(settingsPath(places), JSON.stringify({ version: 1, service }));
    await expect(readSettings(places)).rejects.toMatchObject({ code: 'malformed' });
  }
  writeFileSync(settingsPath(places), JSON.stringify({ version: 1, service: SYNC }));
  expect((await readSettings(places)).service).toEqual(SYNC);
});
