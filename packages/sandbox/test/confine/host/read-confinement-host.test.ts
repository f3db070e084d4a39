import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { readConfinementHost } from '../../../src/confine/host/read-confinement-host.ts';
import { levelPermissions } from '../../../src/permissions/index.ts';

function read(env: Record<string, string>, desktopId = 'org.example.App') {
  const application = { path: '/opt/App.AppImage', desktopId, identity: 'app-0123456789abcdef' };
  return readConfinementHost({ application, permissions: levelPermissions('default'), env });
}

describe('readConfinementHost', () => {
  test('knows a home folder by one name, however it is written', () => {
    const home = temporaryFolder();
    expect(read({ HOME: `${home}//` }).home).toBe(home);
  });

  test('has nothing to put in the place of the root', () => {
    expect(() => read({ HOME: '/' })).toThrow('set HOME to a folder');
  });

  test('has the sockets of a start in the runtime folder, else in a private one for temporary files', () => {
    const [home, TMPDIR, runtime] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    expect(read({ HOME: home, TMPDIR, XDG_RUNTIME_DIR: runtime }).socketsDirectory).toBe(join(runtime, 'appimage'));
    const path = join(TMPDIR, `appimage-run-${process.getuid?.()}`);
    expect(read({ HOME: home, TMPDIR })).toMatchObject({ socketsDirectory: path, runtimeDirectory: undefined });
    expect(statSync(path).mode & 0o777).toBe(0o700);
    chmodSync(path, 0o755);
    expect(read({ HOME: home, TMPDIR }).socketsDirectory).toBeUndefined();
  });

  test('finds what is to be protected behind links', () => {
    const home = temporaryFolder();
    mkdirSync(join(home, 'dotfiles/config'), { recursive: true });
    symlinkSync('dotfiles/config', join(home, '.config'));
    const { configFolder, cacheFolder } = read({ HOME: home });
    expect({ configFolder, cacheFolder }).toEqual({
      configFolder: join(home, 'dotfiles/config'),
      cacheFolder: join(home, '.cache'),
    });
  });

  test.each([
    ['org.example.App', true],
    ['org.example', true],
    ['org.example.Ap', false],
    ['org.example.App.Other', false],
  ])('knows whether a service has the name %s or one below it: %s', (name, expected) => {
    const data = temporaryFolder();
    mkdirSync(join(data, 'dbus-1/services'), { recursive: true });
    writeFileSync(join(data, 'dbus-1/services/org.example.App.service'), '');
    expect(read({ HOME: data, XDG_DATA_DIRS: data }, name).hasServiceOfThatName).toBe(expected);
  });
});
