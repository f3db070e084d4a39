import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { provideRoot } from '../../src/fhs/provide-root.ts';
import { readRoot } from '../../src/fhs/read-root.ts';
import { planStandardRoot, type RootFacts } from '../../src/fhs/standard-root.ts';

const facts: RootFacts = {
  root: '/roots/debian',
  entries: [
    { name: 'bin', target: 'usr/bin' },
    { name: 'etc' },
    { name: 'home' },
    { name: 'lib64', target: 'usr/lib64' },
    { name: 'usr' },
  ],
  etc: [
    { name: 'debian_version' },
    { name: 'mtab', target: '/proc/mounts' },
    { name: 'passwd' },
    { name: 'resolv.conf' },
  ],
  host: [
    { name: 'bin', target: 'usr/bin' },
    { name: 'dev' },
    { name: 'home' },
    { name: 'nix' },
    { name: 'tmp' },
    { name: 'usr' },
  ],
  hostEtc: { passwd: '/etc/passwd', 'resolv.conf': '/run/systemd/resolve/stub-resolv.conf' },
  program: '/usr/bin/bwrap',
};

describe('planStandardRoot', () => {
  test('takes the system from the root, and all else from the host', () => {
    expect(planStandardRoot(facts, '/home/me')).toMatchInlineSnapshot(`
      {
        "args": [
          "--dev-bind",
          "/dev",
          "/dev",
          "--dev-bind",
          "/home",
          "/home",
          "--dev-bind",
          "/nix",
          "/nix",
          "--dev-bind",
          "/tmp",
          "/tmp",
          "--symlink",
          "usr/bin",
          "/bin",
          "--symlink",
          "usr/lib64",
          "/lib64",
          "--ro-bind",
          "/roots/debian/usr",
          "/usr",
          "--ro-bind",
          "/roots/debian/etc/debian_version",
          "/etc/debian_version",
          "--symlink",
          "/proc/mounts",
          "/etc/mtab",
          "--ro-bind",
          "/etc/passwd",
          "/etc/passwd",
          "--ro-bind",
          "/run/systemd/resolve/stub-resolv.conf",
          "/etc/resolv.conf",
          "--chdir",
          "/home/me",
          "--",
          "@APPDIR@/AppRun",
        ],
        "program": "/usr/bin/bwrap",
      }
    `);
  });
});

describe('readRoot', () => {
  test('tells links from what they lead to', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'usr/bin'), { recursive: true });
    mkdirSync(join(folder, 'etc'));
    writeFileSync(join(folder, 'etc/os-release'), '');
    symlinkSync('usr/bin', join(folder, 'bin'));
    const { entries, etc } = await readRoot(folder, '/usr/bin/bwrap');
    expect(entries).toEqual([{ name: 'bin', target: 'usr/bin' }, { name: 'etc' }, { name: 'usr' }]);
    expect(etc).toEqual([{ name: 'os-release' }]);
  });

  test('refuses what is no root', async () => {
    await expect(readRoot(temporaryFolder(), '/usr/bin/bwrap')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('provideRoot', () => {
  const withProgram = (name: string) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, name), '#!/bin/sh\n', { mode: 0o755 });
    return { folder, env: { PATH: folder } };
  };

  test.each([
    ['steam-run', ['@APPDIR@/AppRun']],
    ['appimage-run', ['-w', '@APPDIR@', '--']],
  ])('starts through %s, by its name or as the first that is there', async (name, args) => {
    const { folder, env } = withProgram(name);
    const through = { program: join(folder, name), args };
    expect(await provideRoot(name, { env })).toEqual({ through });
    expect(await provideRoot('auto', { env })).toEqual({ through });
  });

  test('refuses where neither is there', async () => {
    await expect(provideRoot('auto', { env: { PATH: temporaryFolder() } })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('refuses a source that is not there', async () => {
    const { env } = withProgram('bwrap');
    await expect(provideRoot('/nowhere/root', { env })).rejects.toMatchObject({ code: 'io', path: '/nowhere/root' });
  });

  test('makes the namespace by a program of its own where there is no bubblewrap', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'usr'));
    const { through } = await provideRoot(root, { env: { PATH: temporaryFolder() } });
    expect(through.program).toMatch(/\/confine-\w+$/);
  });
});
