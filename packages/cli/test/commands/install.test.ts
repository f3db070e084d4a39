import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { file, writeImage } from '../support/images.ts';

const ICON = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>';

/** A home, and an image that was downloaded into it. */
async function makeHome() {
  const home = temporaryFolder();
  const env = { HOME: home, XDG_DATA_HOME: undefined, XDG_CONFIG_HOME: undefined, DESKTOPINTEGRATION: undefined };
  mkdirSync(join(home, 'Downloads'));
  const download = await writeProbe(join(home, 'Downloads', 'Probe-1.AppImage'), '1.0');
  return { home, env, download };
}

async function writeProbe(path: string, version: string): Promise<string> {
  const entry = `[Desktop Entry]\nType=Application\nName=Probe\nExec=probe %F\nIcon=probe\nX-AppImage-Version=${version}\n`;
  await writeImage(path, { AppRun: file('#!/bin/sh\n', 0o755), 'probe.svg': file(ICON), 'probe.desktop': file(entry) });
  return path;
}

function entries(home: string): string[] {
  const folder = join(home, '.local', 'share', 'applications');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.desktop')) : [];
}

describe('appimage install', () => {
  test('moves the file, notes where it is from, makes it executable and puts it into the menu', async () => {
    const { home, env, download } = await makeHome();
    const { status, stderr, stdout } = await appimage(['install', '--yes', '--json', download], { env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const path = join(home, 'Applications', 'Probe-1.AppImage');
    expect(JSON.parse(stdout)).toMatchObject({
      path,
      name: 'Probe',
      leftAlone: null,
      install: { from: download, signature: 'unsigned' },
    });
    expect(existsSync(download)).toBe(false);
    expect(statSync(path).mode & 0o777).toBe(0o755);
    const [entry] = entries(home);
    expect(readFileSync(join(home, '.local', 'share', 'applications', entry as string), 'utf8')).toContain(
      `\nExec=${path} %F\n`,
    );
    expect((await appimage(['list'], { env })).stdout).toBe(`Probe 1.0  ${path}\n`);
  });

  test('asks nobody where nobody is, and does nothing then', async () => {
    const { home, env, download } = await makeHome();
    expect(await appimage(['install', download], { env })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--yes'),
    });
    expect(existsSync(join(home, 'Applications'))).toBe(false);
  });

  test('leaves the file where it is, and moves the older version to the trash, when told so', async () => {
    const { home, env, download } = await makeHome();
    await appimage(['install', '--yes', '--in-place', download], { env });
    const newer = await writeProbe(join(home, 'Downloads', 'Probe-2.AppImage'), '2.0');
    await appimage(['install', '--yes', '--in-place', newer], { env });
    expect(entries(home)).toHaveLength(2);
    const { stdout } = await appimage(['install', '--yes', '--in-place', '--replace', '--json', newer], { env });
    expect(JSON.parse(stdout)).toMatchObject({ path: newer, version: '2.0', replaced: [download] });
    expect(entries(home)).toHaveLength(1);
  });

  test('does not write over another file of the name', async () => {
    const { home, env, download } = await makeHome();
    mkdirSync(join(home, 'Applications'));
    writeFileSync(join(home, 'Applications', 'Probe-1.AppImage'), 'mine');
    expect(await appimage(['install', '--yes', download], { env })).toMatchObject({ status: 1 });
    expect(readFileSync(join(home, 'Applications', 'Probe-1.AppImage'), 'utf8')).toBe('mine');
    expect(existsSync(download)).toBe(true);
  });
});

describe('appimage remove', () => {
  test('moves the file to the trash and leaves nothing else', async () => {
    const { home, env, download } = await makeHome();
    await appimage(['install', '--yes', download], { env });
    const { status, stderr } = await appimage(['remove', '--yes', 'probe'], { env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const trash = join(home, '.local', 'share', 'Trash');
    expect(readdirSync(join(trash, 'files'))).toEqual(['Probe-1.AppImage']);
    expect(readFileSync(join(trash, 'info', 'Probe-1.AppImage.trashinfo'), 'utf8')).toContain(
      `Path=${join(home, 'Applications')}`,
    );
    expect(readdirSync(join(home, '.local', 'share'))).toEqual(['Trash']);
    expect(await appimage(['remove', '--yes', 'probe'], { env })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no such file or name'),
    });
  });
});

describe('appimage sync', () => {
  test('shows what is in the watched folders, and goes by what says no', async () => {
    const { home, env, download } = await makeHome();
    chmodSync(download, 0o755);
    expect((await appimage(['watch-dirs', 'add', join(home, 'Downloads')], { env })).stdout).toBe(
      `${join(home, 'Applications')}\n${join(home, 'Downloads')}\n`,
    );
    const optedOut = await appimage(['sync'], { env: { ...env, DESKTOPINTEGRATION: '1' } });
    expect(optedOut.stdout).toBe('Nothing is integrated here: DESKTOPINTEGRATION is set\n');
    expect(entries(home)).toEqual([]);
    const { stdout } = await appimage(['sync'], { env });
    expect(stdout).toMatch(/^1 of 1 AppImages are in the menu; \d files? written, 0 removed\n$/);
    await appimage(['watch-dirs', 'remove', join(home, 'Downloads')], { env });
    await appimage(['sync'], { env });
    expect(entries(home)).toEqual([]);
    expect(existsSync(download)).toBe(true);
  });
});
