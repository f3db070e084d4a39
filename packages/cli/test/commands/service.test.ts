import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, run, temporaryFolder, testWith } from '@appimage-js/testing';
import { eventually, startUserManager, userManager } from '@appimage-js/testing/user-manager';
import { describe, expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { file, writeImage } from '../support/images.ts';

/** A home in a session that no service manager is in. */
function makeHome() {
  const home = temporaryFolder();
  const config = join(home, '.config');
  mkdirSync(config);
  const env = {
    HOME: home,
    XDG_DATA_HOME: undefined,
    XDG_CONFIG_HOME: undefined,
    XDG_RUNTIME_DIR: temporaryFolder(),
    DESKTOPINTEGRATION: undefined,
  };
  return { home, config, env };
}

describe('appimage service', () => {
  testWith(
    ['desktop-file-validate'],
    'is started by the desktop where systemd is not, and taken away again',
    async () => {
      const { home, config, env } = makeHome();
      const before = run('find', [home]);
      expect(await appimage(['service', 'install'], { env })).toMatchObject({ status: 0, stderr: '' });
      const entry = join(config, 'autostart', 'appimage-js-daemon.desktop');
      expect(run('desktop-file-validate', [entry])).toBe('');
      expect(readFileSync(entry, 'utf8')).toMatch(/^Exec=\S+ \S+appimage\.js daemon$/m);
      expect(JSON.parse((await appimage(['service', '--json'], { env })).stdout)).toMatchObject({
        service: { with: 'daemon', start: 'autostart' },
        isManaged: false,
        autostart: true,
      });
      expect(await appimage(['service', 'remove'], { env })).toMatchObject({ status: 0, stderr: '' });
      expect(run('find', [home])).toBe(before);
    },
  );

  test('keeps what it is asked for when it is asked again, and says what is there', async () => {
    const { config, env } = makeHome();
    expect((await appimage(['service'], { env })).stdout).toContain('appimage service install');
    await appimage(['service', 'install', '--with', 'sync'], { env });
    await appimage(['service', 'install', '--with', 'sync'], { env });
    const entry = readFileSync(join(config, 'autostart', 'appimage-js-daemon.desktop'), 'utf8');
    expect(entry).toMatch(/^Exec=.* sync --quiet$/m);
    expect((await appimage(['service'], { env })).stdout).toContain('by the desktop');
    expect(existsSync(join(config, 'systemd'))).toBe(false);
  });

  test('knows its actions', async () => {
    const { env } = makeHome();
    expect(await appimage(['service', 'begin'], { env })).toMatchObject({ status: 2 });
    expect(await appimage(['service', 'install', '--with', 'luck'], { env })).toMatchObject({ status: 2 });
  });
});

describeWith(['root', userManager], 'appimage service, where systemd manages the services of the user', () => {
  test.each(['daemon', 'sync'])('%s keeps the menu in step, and leaves nothing behind', async (kind) => {
    const { home, env: session } = makeHome();
    const applications = join(home, 'Applications');
    mkdirSync(applications);
    mkdirSync(join(home, '.local', 'share'), { recursive: true });
    const env = { ...session, ...(await startUserManager(home)) };
    const before = run('find', [home]);
    expect(await appimage(['service', 'install', '--with', kind], { env })).toMatchObject({ status: 0, stderr: '' });
    const { status, stdout } = await appimage(['service'], { env });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('active, enabled') });

    const image = join(applications, 'Probe.AppImage');
    await writeImage(`${image}.part`, {
      AppRun: file('#!/bin/sh\n', 0o755),
      'probe.desktop': file('[Desktop Entry]\nType=Application\nName=Probe\nExec=probe\nIcon=probe\n'),
    });
    chmodSync(`${image}.part`, 0o755);
    renameSync(`${image}.part`, image);
    await eventually('it is in the menu', () => entries(home).length === 1);
    // What changes in the moment in which a sync ends is seen by the timer alone.
    const state = ['--user', 'show', '--property=ActiveState', '--value', 'appimage-js-sync.service'];
    await eventually('no sync is under way', () => run('systemctl', state, { env }) === 'inactive\n');
    rmSync(image);
    await eventually('it is in the menu no more', () => entries(home).length === 0);

    expect(await appimage(['service', 'remove'], { env })).toMatchObject({ status: 0, stderr: '' });
    expect(run('systemctl', ['--user', 'list-units', '--all', '--plain', '--no-legend', 'appimage*'], { env })).toBe(
      '',
    );
    expect(run('find', [home])).toBe(before);
  });
});

function entries(home: string): string[] {
  const folder = join(home, '.local', 'share', 'applications');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.desktop')) : [];
}
