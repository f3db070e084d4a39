import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, temporaryFolder } from '@appimage-js/testing';
import { eventually, startUserManager, userManager } from '@appimage-js/testing/user-manager';
import { expect, test } from 'vitest';
import {
  changeSettings,
  changeWatchDirs,
  findPlaces,
  hasUserManager,
  readServiceUnits,
  type Settings,
  startUnits,
  stopUnits,
  syncAppImages,
} from '../../src/index.ts';
import { reloadUnits } from '../../src/units/user-manager.ts';
import { snapshot } from '../support/home.ts';

const HOSTILE = 'a b%h$HOME;\'q\'"x"\\y #';

/** A home, a manager for it, and a command that notes how it was started. */
async function makeHome() {
  const home = temporaryFolder();
  mkdirSync(join(home, '.config'));
  const environment = await startUserManager(home);
  const places = findPlaces(environment);
  const folder = join(temporaryFolder(), HOSTILE);
  mkdirSync(folder);
  const log = join(folder, 'log');
  const command = join(folder, 'appimage');
  writeFileSync(
    command,
    '#!/bin/sh\nlog=${0%/*}/log\nprintf "%s|" "$@" >>"$log"\n[ "$2" != daemon ] || exec sleep 1000\n',
  );
  chmodSync(command, 0o755);
  const words: [string, ...string[]] = [command, HOSTILE];
  /** Syncs, and tells the manager what this process, which has another one, could not. */
  const sync = async () => {
    const { written, removed } = await syncAppImages({ places, command: words });
    await reloadUnits(places, [...written, ...removed], { environment });
  };
  const change = async (changes: Partial<Settings>) => {
    await changeSettings(places, changes);
    await sync();
  };
  const calls = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  return { home, environment, places, folder, log, sync, change, calls };
}

describeWith(['root', 'systemctl', userManager], 'in the manager of a user', () => {
  test('the daemon is started with its words, and nothing is left when it is taken away', async () => {
    const { home, environment, places, change, calls } = await makeHome();
    const before = snapshot(home);
    expect(await hasUserManager(places, { environment })).toBe(true);
    await change({ service: { with: 'daemon', start: 'systemd' } });
    await startUnits('daemon', { environment });
    expect(await readServiceUnits('daemon', { environment })).toEqual([
      { unit: 'appimage-js.service', load: 'loaded', active: 'active', enabled: 'enabled' },
    ]);
    await eventually('the daemon has started', () => calls() === `${HOSTILE}|daemon|`);

    await stopUnits({ environment });
    await change({ service: null });
    expect(await readServiceUnits('daemon', { environment })).toMatchObject([
      { load: 'not-found', active: 'inactive' },
    ]);
    expect(snapshot(home)).toEqual(before);
  });

  test('a change in a watched folder brings a sync, also after other folders are watched', async () => {
    const { home, environment, places, folder, log, sync, change, calls } = await makeHome();
    const [first, second] = [join(folder, 'one '), join(folder, 'two\\')];
    for (const each of [first, second]) mkdirSync(each);
    const before = snapshot(home);
    await change({ watch: [first], service: { with: 'sync', start: 'systemd' } });
    await startUnits('sync', { environment });
    const units = await readServiceUnits('sync', { environment });
    expect(units.map(({ active, enabled }) => `${active} ${enabled}`)).toEqual(['active enabled', 'active enabled']);

    writeFileSync(join(first, 'x'), 'x');
    await eventually('a sync has run', () => calls() === `${HOSTILE}|sync|--quiet|--settle|`);
    rmSync(log);
    await changeWatchDirs(places, { add: [second], remove: [first] });
    await sync();
    writeFileSync(join(second, 'x'), 'x');
    await eventually('another sync has run', () => calls() === `${HOSTILE}|sync|--quiet|--settle|`);

    await stopUnits({ environment });
    await change({ service: null });
    rmSync(join(places.config, 'appimage'), { recursive: true }); // says which folders are watched
    expect(snapshot(home)).toEqual(before);
  });
});

test('without a manager of the user, nobody is asked', async () => {
  const places = findPlaces({ HOME: temporaryFolder() });
  expect(await hasUserManager(places, { environment: {} })).toBe(false);
  const unit = join(places.config, 'systemd', 'user', 'appimage-js.service');
  expect(await reloadUnits(places, [unit], { environment: { XDG_RUNTIME_DIR: temporaryFolder() } })).toBe(undefined);
});
