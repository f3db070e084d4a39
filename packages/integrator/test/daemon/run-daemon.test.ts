import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { changeWatchDirs, runDaemon } from '../../src/index.ts';
import { type RunningDaemon, startDaemon, syncHere } from '../support/daemon.ts';
import { type Home, makeHome } from '../support/home.ts';
import { probeEntry, writeAppImage } from '../support/image.ts';
import { makeMedium } from '../support/medium.ts';

/** What the last sync knows. */
function shown({ syncs }: RunningDaemon): string[] {
  return syncs.at(-1)?.images.map(({ path }) => path) ?? [];
}

function entries({ places }: Home): string[] {
  const folder = join(places.data, 'applications');
  const names = readdirSync(folder).filter((name) => name.endsWith('.desktop'));
  return names.map((name) => readFileSync(join(folder, name), 'utf8'));
}

async function makeImage(name = 'Probe'): Promise<string> {
  const entry = probeEntry('1.0').replaceAll('Probe', name).replace('Icon=probe\n', '');
  return writeAppImage(join(temporaryFolder(), `${name}.AppImage`), { AppRun: '#!/bin/sh\n', 'probe.desktop': entry });
}

describe('a daemon', { timeout: 60_000 }, () => {
  test('shows an image that comes, is made executable, is replaced, and goes', async () => {
    const home = makeHome();
    const daemon = await startDaemon(home);
    const path = join(home.applications, 'Probe.AppImage');
    const image = await makeImage();
    chmodSync(image, 0o644);
    renameSync(image, path);
    await daemon.until(() => shown(daemon).length === 1);
    expect(existsSync(join(home.places.data, 'applications'))).toBe(false);
    chmodSync(path, 0o755);
    await daemon.until(() => existsSync(join(home.places.data, 'applications')));
    renameSync(await makeImage('Other'), path);
    await daemon.until(() => entries(home).some((text) => text.includes('\nName=Other\n')));
    rmSync(path);
    await daemon.until(() => shown(daemon).length === 0);
  });

  test('waits for a file that grows, syncs it once, and others meanwhile', async () => {
    const home = makeHome();
    const daemon = await startDaemon(home, { times: { least: 500, patience: 300 } });
    const bytes = readFileSync(await makeImage('Slow'));
    const image = await makeImage('Quick');
    const slow = join(home.applications, 'Slow.AppImage');
    const quick = join(home.applications, 'Quick.AppImage');
    writeFileSync(slow, '', { mode: 0o755 });
    renameSync(image, quick);
    let at = 0;
    for (; !shown(daemon).includes(quick); at++) {
      appendFileSync(slow, bytes.subarray(at, at + 1));
      await delay(20);
    }
    expect(shown(daemon)).toEqual([quick]);
    appendFileSync(slow, bytes.subarray(at));
    await daemon.until(() => shown(daemon).includes(slow));
    expect(daemon.syncs.flatMap(({ remarks }) => remarks)).toEqual([]);
    await delay(1000);
    expect(daemon.syncs.filter(({ images }) => images.some(({ path }) => path === slow))).toHaveLength(1);
  });

  test('lets downloads under way, hidden files and what is no AppImage be', async () => {
    const home = makeHome();
    const daemon = await startDaemon(home);
    const count = daemon.syncs.length;
    const image = await makeImage();
    for (const name of ['A.AppImage.part', 'A.crdownload', '.A.AppImage', 'A.zs-old', 'A.download', 'text.txt']) {
      writeFileSync(join(home.applications, name), readFileSync(image));
    }
    await delay(1000);
    expect(daemon.syncs).toHaveLength(count);
    renameSync(join(home.applications, 'A.AppImage.part'), join(home.applications, 'A.AppImage'));
    await daemon.until(() => shown(daemon).length === 1);
  });

  test('gathers what comes in a burst', async () => {
    const home = makeHome();
    const daemon = await startDaemon(home);
    const count = daemon.syncs.length;
    const bytes = readFileSync(await makeImage());
    for (let index = 0; index < 100; index++) {
      writeFileSync(join(home.applications, `${index}.AppImage`), bytes, { mode: 0o755 });
    }
    await daemon.until(() => shown(daemon).length === 100);
    expect(daemon.syncs.length - count).toBeLessThanOrEqual(3);
  });

  test('is not starved by a file that never stops changing', async () => {
    const home = makeHome();
    const daemon = await startDaemon(home, { times: { patience: 500 } });
    const busy = join(home.applications, 'Busy.AppImage');
    const timer = setInterval(() => appendFileSync(busy, 'x'), 5);
    try {
      await delay(300);
      renameSync(await makeImage(), join(home.applications, 'Probe.AppImage'));
      await daemon.until(() => shown(daemon).length === 1);
      expect(shown(daemon)).toEqual([join(home.applications, 'Probe.AppImage')]);
    } finally {
      clearInterval(timer);
    }
  });

  test('follows a folder that comes later, goes, comes back, and is replaced by another', async () => {
    const home = makeHome();
    rmSync(home.applications, { recursive: true });
    const daemon = await startDaemon(home);
    mkdirSync(home.applications);
    const path = join(home.applications, 'Probe.AppImage');
    renameSync(await makeImage(), path);
    await daemon.until(() => shown(daemon).length === 1);
    renameSync(home.applications, `${home.applications}-away`);
    await daemon.until(() => shown(daemon).length === 0);
    renameSync(`${home.applications}-away`, home.applications);
    await daemon.until(() => shown(daemon).length === 1);
    const other = temporaryFolder();
    await writeAppImage(join(other, 'Second.AppImage'), { AppRun: '', 'a.desktop': probeEntry('2.0') });
    renameSync(home.applications, `${home.applications}-away`);
    symlinkSync(other, home.applications);
    await daemon.until(() => shown(daemon)[0] === join(home.applications, 'Second.AppImage'));
    // What happens behind the symlink is seen as well, and where it leads to.
    rmSync(join(other, 'Second.AppImage'));
    await daemon.until(() => shown(daemon).length === 0);
    unlinkSync(home.applications);
    symlinkSync(`${home.applications}-away`, home.applications);
    await daemon.until(() => shown(daemon)[0] === path);
  });

  test('follows the settings, also where they name a folder twice, and goes on with those of before where they are damaged', async () => {
    const home = makeHome();
    const daemon = await startDaemon(home);
    const other = temporaryFolder();
    const path = await writeAppImage(join(other, 'Probe.AppImage'), { AppRun: '', 'a.desktop': probeEntry('1.0') });
    const link = join(temporaryFolder(), 'link');
    symlinkSync(other, link);
    await changeWatchDirs(home.places, { add: [other, link, `${other}/.`] });
    await daemon.until(() => shown(daemon).join() === path);
    const settings = join(home.places.config, 'appimage', 'integrator.json');
    const good = readFileSync(settings);
    writeFileSync(settings, 'nonsense');
    await daemon.until(() => daemon.events.filter(({ event }) => event === 'failed').length >= 3);
    expect(daemon.events.find(({ event }) => event === 'failed')).toMatchObject({
      message: expect.stringContaining(settings),
    });
    rmSync(path);
    writeFileSync(settings, good);
    await daemon.until(() => shown(daemon).length === 0);
  });

  test('syncs when an override or an opt-out comes, and for nothing else beside the settings', async () => {
    const home = makeHome();
    const overrides = join(home.places.config, 'appimage', 'overrides');
    mkdirSync(overrides, { recursive: true });
    mkdirSync(join(home.places.data, 'appimagekit'), { recursive: true });
    const daemon = await startDaemon(home);
    const decisive = [
      join(overrides, '0123456789abcdef.json'),
      join(home.places.data, 'appimagekit', 'no_desktopintegration'),
    ];
    for (const path of decisive) {
      const count = daemon.syncs.length;
      writeFileSync(path, '{}');
      await daemon.until(() => daemon.syncs.length === count + 1);
    }
    const count = daemon.syncs.length;
    writeFileSync(join(dirname(overrides), 'something-else.json'), '{}');
    await delay(700);
    expect(daemon.syncs).toHaveLength(count);
  });

  test('tells a sync that fails, and tries again', async () => {
    const home = makeHome();
    let failures = 3;
    const daemon = await startDaemon(home, {
      sync: async (request) => {
        if (failures-- > 0) throw new Error('It is out of order');
        return syncHere(home, request);
      },
    });
    await daemon.until(() => daemon.syncs.length === 1);
    const failed = daemon.events.filter(({ event }) => event === 'failed');
    expect(failed.map((each) => each.event === 'failed' && each.retryInMilliseconds)).toEqual([100, 200, 400]);
  });

  test('says once why it stands back, and goes on when nothing keeps it from that', async () => {
    const home = makeHome();
    const nothing = { images: [], written: [], removed: [], remarks: [] };
    const reasons = ['first', 'first', 'second', null];
    const told: string[] = [];
    const controller = new AbortController();
    const end = runDaemon({
      places: home.places,
      sync: async () => {
        const reason = reasons.shift() ?? null;
        if (reason === null) controller.abort();
        else writeFileSync(join(home.applications, 'A.AppImage'), String(reasons.length));
        return { ...nothing, standingBack: reason };
      },
      tell: (event) => told.push(event.event === 'standing-back' ? event.reason : event.event),
      signal: controller.signal,
      times: { least: 50, pulse: 100 },
    });
    await end;
    expect(told).toEqual(['watching', 'first', 'second', 'synced']);
  });

  test('is the only one of its user', async () => {
    const home = makeHome();
    await startDaemon(home);
    const second = runDaemon({
      places: home.places,
      sync: (request) => syncHere(home, request),
      tell: () => undefined,
      signal: AbortSignal.timeout(10_000),
    });
    await expect(second).rejects.toMatchObject({ code: 'not-permitted' });
    await startDaemon(makeHome());
  });

  test('stops at once, with a sync under way as well, and can be started again', async () => {
    const home = makeHome();
    let isUnderWay = false;
    const controller = new AbortController();
    const end = runDaemon({
      places: home.places,
      sync: ({ signal }) => {
        isUnderWay = true;
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
      tell: () => undefined,
      signal: controller.signal,
      times: { least: 10 },
    });
    while (!isUnderWay) await delay(5);
    controller.abort();
    await end;
    const daemon = await startDaemon(home);
    await daemon.stop();
    const count = daemon.syncs.length;
    renameSync(await makeImage(), join(home.applications, 'Probe.AppImage'));
    await delay(500);
    expect(daemon.syncs).toHaveLength(count);
  });

  test('polls where the system watches no more folders, says so, and goes back', async () => {
    const home = makeHome();
    let isFull = true;
    const { watch } = await import('node:fs');
    const limited = ((...args: Parameters<typeof watch>) => {
      if (isFull) throw Object.assign(new Error('ENOSPC: no watches are left'), { code: 'ENOSPC' });
      return watch(...args);
    }) as typeof watch;
    const daemon = await startDaemon(home, { watch: limited });
    const folder = { event: 'folder', folder: home.applications };
    expect(daemon.events).toContainEqual({ ...folder, state: 'polled', reason: 'ENOSPC: no watches are left' });
    const path = join(home.applications, 'Probe.AppImage');
    renameSync(await makeImage(), path);
    await daemon.until(() => shown(daemon).length === 1);
    rmSync(path);
    await daemon.until(() => shown(daemon).length === 0);
    isFull = false;
    await daemon.until(() => daemon.events.some((event) => event.event === 'folder' && event.state === 'watched'));
    renameSync(await makeImage(), path);
    await daemon.until(() => shown(daemon).length === 1);
    expect(daemon.events.filter(({ event }) => event === 'folder')).toHaveLength(2);
  });

  testWith(['mount', 'root'], 'hides what is on a medium that goes away, and shows it when it is back', async () => {
    const home = makeHome();
    const { mountPoint, attach, detach } = makeMedium();
    await writeAppImage(join(mountPoint, 'Probe.AppImage'), { AppRun: '', 'a.desktop': probeEntry('1.0') });
    await changeWatchDirs(home.places, { add: [mountPoint] });
    const daemon = await startDaemon(home);
    const isHidden = () => entries(home).some((text) => text.includes('\nHidden=true\n'));
    expect(isHidden()).toBe(false);
    detach();
    await daemon.until(isHidden);
    attach();
    await daemon.until(() => !isHidden());
    detach();
    await daemon.until(isHidden);
  });
});
