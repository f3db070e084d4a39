import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { findRunningIntegrator, readOptOut, readStandBack } from '../../src/index.ts';
import { makeHome } from '../support/home.ts';
import { probeTree, writeAppImage } from '../support/image.ts';

const OTHER_USER = 61_234;

/** A process as `/proc` shows it. */
function plantProcess(root: string, pid: number, { comm = '', args = [] as string[], exe = '/usr/bin/x' }): void {
  const folder = join(root, 'proc', String(pid));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'comm'), `${comm}\n`);
  writeFileSync(join(folder, 'cmdline'), args.map((arg) => `${arg}\0`).join(''));
  symlinkSync(exe, join(folder, 'exe'));
}

describe('an opt-out', () => {
  test.each(['data', 'usr/share', 'etc'])('is the file below %s', (place) => {
    const { places } = makeHome();
    const systemRoot = temporaryFolder();
    expect(readOptOut(places, {}, { systemRoot })).toBeUndefined();
    const folder = join(place === 'data' ? places.data : join(systemRoot, place), 'appimagekit');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'no_desktopintegration'), '');
    expect(readOptOut(places, {}, { systemRoot })).toBe(`${folder}/no_desktopintegration is there`);
  });

  test('is the variable, if it is not empty', () => {
    const { places } = makeHome();
    const systemRoot = temporaryFolder();
    expect(readOptOut(places, { DESKTOPINTEGRATION: '' }, { systemRoot })).toBeUndefined();
    expect(readOptOut(places, { DESKTOPINTEGRATION: 'appimaged' }, { systemRoot })).toBe('DESKTOPINTEGRATION is set');
  });

  test('of one application keeps it out of the menu, unless it was installed or is shown already', async () => {
    const home = makeHome();
    const path = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    const refusal = join(home.places.data, 'appimagekit', 'Probe_no_desktopintegration');
    mkdirSync(join(refusal, '..'), { recursive: true });
    writeFileSync(refusal, '');
    const { images } = await home.sync();
    expect(images).toMatchObject([{ name: 'Probe', leftAlone: `${refusal} is there`, files: [] }]);
    expect((await home.sync()).images).toEqual(images);
    const record = { from: path, sha256: '', signature: 'none', date: '', schemesAllowed: false };
    expect((await home.sync({ installed: new Map([[path, record]]) })).images).toMatchObject([{ leftAlone: null }]);
    rmSync(refusal);
    const other = makeHome();
    await writeAppImage(join(other.applications, 'a.AppImage'), probeTree());
    await other.sync();
    mkdirSync(join(other.places.data, 'appimagekit'), { recursive: true });
    writeFileSync(join(other.places.data, 'appimagekit', 'Probe_no_desktopintegration'), '');
    expect((await other.sync()).images).toMatchObject([{ leftAlone: null }]);
  });

  test('lets what is known be kept right, and adds nothing', async () => {
    const home = makeHome();
    const path = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    await home.sync();
    await writeAppImage(join(home.applications, 'b.AppImage'), probeTree({ version: '2.0' }));
    expect((await home.sync({ onlyKnown: true })).images).toMatchObject([{ path, leftAlone: null }]);
    rmSync(path);
    const { images, removed } = await home.sync({ onlyKnown: true });
    expect(images).toEqual([]);
    expect(removed.length).toBeGreaterThan(0);
    expect((await home.sync()).images).toHaveLength(1);
  });
});

describe('a running integrator', () => {
  test.each([
    ['the C daemon', { comm: 'appimaged', args: ['appimaged', '-v'], exe: '/usr/bin/appimaged' }, 'appimaged'],
    [
      'go-appimaged in its image',
      { comm: 'appimaged-834-x', args: ['./appimaged-834-x86_64.AppImage'], exe: '/h/appimaged-834-x86_64.AppImage' },
      'appimaged',
    ],
    [
      "AppImageLauncher's daemon, whose name is too long for the kernel",
      { comm: 'appimagelaunche', args: ['/usr/bin/appimagelauncherd'], exe: '/usr/bin/appimagelauncherd' },
      'appimagelauncherd',
    ],
  ])('is %s', (_what, process, name) => {
    const { places } = makeHome();
    const systemRoot = temporaryFolder();
    plantProcess(systemRoot, 7, { comm: 'bash', args: ['bash', 'appimaged'] });
    expect(findRunningIntegrator({ systemRoot })).toBeUndefined();
    plantProcess(systemRoot, 4711, process);
    expect(findRunningIntegrator({ systemRoot })).toEqual({ name, pid: 4711 });
    expect(findRunningIntegrator({ systemRoot, user: 12345 })).toBeUndefined();
    expect(readStandBack(places, {}, { systemRoot })).toBe(`${name} is running as process 4711`);
  });

  test.each([
    ['starts an image from the menu', { comm: 'appimaged', args: ['appimaged', 'wrap', '/x.AppImage'] }],
    [
      'is a graphical helper',
      { comm: 'appimagelaunche', args: ['AppImageLauncher'], exe: '/usr/bin/AppImageLauncher' },
    ],
    ['is this toolkit', { comm: 'appimage', args: ['appimage', 'daemon'], exe: '/usr/bin/node' }],
    ['is an application by its name', { comm: 'appimagepool', args: ['appimagepool'], exe: '/usr/bin/appimagepool' }],
  ])('is not what %s', (_what, process) => {
    const systemRoot = temporaryFolder();
    plantProcess(systemRoot, 1, process);
    expect(findRunningIntegrator({ systemRoot })).toBeUndefined();
  });

  // Of a user that nobody else is, as it would stop other tests.
  testWith(['root'], 'is found among the real processes', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const program = join(folder, 'appimaged');
    copyFileSync('/bin/sleep', program);
    const child = spawn(program, ['60'], { uid: OTHER_USER });
    try {
      await once(child, 'spawn');
      await expect
        .poll(() => findRunningIntegrator({ user: OTHER_USER }))
        .toEqual({ name: 'appimaged', pid: child.pid });
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
});
