import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { mountTmpfs, run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { installRemedy, parseDistribution } from '../../src/doctor/distribution.ts';
import { parseRuntimeReport } from '../../src/doctor/runtime-report.ts';
import { diagnose } from '../../src/index.ts';

function environment(more: Readonly<Record<string, string>> = {}) {
  const home = temporaryFolder();
  return { home, env: { PATH: process.env['PATH'], HOME: home, TMPDIR: home, ...more } };
}

async function found(id: string, env: Readonly<Record<string, string | undefined>>, file?: string) {
  const { findings } = await diagnose({ env, ...(file === undefined ? {} : { file }) });
  return findings.find((one) => one.id === id);
}

describe('diagnose', () => {
  test('says whether and how AppImages start, and looks at each thing once', async () => {
    const { canStart, startsBy, findings } = await diagnose({ env: environment().env });
    expect(canStart).toBe(startsBy !== null);
    const ids = findings.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(
      expect.arrayContaining([
        ...['runtime', 'fuse-device', 'fusermount', 'user-namespaces', 'extraction-cache', 'temporary-folder', 'home'],
        ...['libc', 'libfuse2', 'binfmt', 'container', 'bubblewrap', 'seccomp', 'landlock', 'dbus-proxy', 'portals'],
        ...['x11', 'wayland', 'sound', 'graphics', 'fonts'],
      ]),
    );
  });

  test('has a remedy for what is wrong only', async () => {
    const { findings } = await diagnose({ env: environment().env });
    const fine = findings.filter(({ state }) => state === 'ok' || state === 'absent');
    expect(fine.filter(({ remedy }) => remedy !== null)).toEqual([]);
  });

  test('tells which programs are missing, and how they are installed', async () => {
    const { env } = environment({ PATH: '/nowhere' });
    expect(await found('bubblewrap', env)).toMatchObject({
      state: 'weak',
      remedy: expect.stringContaining('bubblewrap'),
    });
    expect(await found('dbus-proxy', env)).toMatchObject({
      state: 'weak',
      remedy: expect.stringContaining('xdg-dbus-proxy'),
    });
  });

  test('tries whether bubblewrap works', async () => {
    const { home } = environment();
    writeFileSync(join(home, 'bwrap'), '#!/bin/sh\necho "bwrap: setting up uid map: Permission denied" >&2\nexit 1\n', {
      mode: 0o755,
    });
    const { env } = environment({ PATH: home });
    expect(await found('bubblewrap', env)).toMatchObject({
      state: expect.stringMatching(/weak|broken/),
      found: expect.stringContaining('setting up uid map: Permission denied'),
    });
  });

  test('asks who answers at a display', async () => {
    const { home, env } = environment({ WAYLAND_DISPLAY: 'wayland-7' });
    const server = createServer();
    onTestFinished(() => void server.close());
    const session = { ...env, XDG_RUNTIME_DIR: home };
    expect(await found('wayland', session)).toMatchObject({
      state: 'weak',
      remedy: expect.stringContaining('WAYLAND_DISPLAY'),
    });
    await new Promise<void>((resolve) => server.listen(join(home, 'wayland-7'), resolve));
    expect(await found('wayland', session)).toMatchObject({ state: 'ok', found: join(home, 'wayland-7') });
  });

  testWith(['root'], 'tells of a temporary folder without programs, and of a cache without room', async () => {
    const { env } = environment();
    const folder = mountTmpfs(temporaryFolder(), '1m');
    run('mount', ['-o', 'remount,noexec', folder]);
    expect(await found('temporary-folder', { ...env, TMPDIR: folder })).toMatchObject({
      state: 'weak',
      found: expect.stringContaining('noexec'),
    });
    const small = mountTmpfs(temporaryFolder(), '1m');
    expect(await found('extraction-cache', { ...env, XDG_CACHE_HOME: small })).toMatchObject({
      state: 'weak',
      found: expect.stringContaining('little room'),
    });
  });

  test('looks at what an AppDir needs', async () => {
    const folder = join(temporaryFolder(), 'x.AppDir');
    mkdirSync(folder);
    copyFileSync('/usr/bin/env', join(folder, 'AppRun'));
    const { env } = environment();
    expect(await found('image', env, folder)).toMatchObject({ state: 'ok', area: 'image' });
    writeFileSync(join(folder, 'AppRun'), '#!/nowhere/interpreter\n');
    const { canStart, findings } = await diagnose({ env, file: folder });
    expect(canStart).toBe(false);
    expect(findings.find(({ id }) => id === 'image-needs')).toMatchObject({
      state: 'broken',
      found: expect.stringContaining('/nowhere/interpreter'),
      remedy: expect.stringContaining('--fhs'),
    });
  });

  test('refuses a file that is not there', async () => {
    await expect(diagnose({ file: '/nowhere/x' })).rejects.toMatchObject({ code: 'io' });
  });
});

describe('a distribution', () => {
  test.each([
    ['ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n', 'debian', 'sudo apt install fuse3'],
    ['ID=ubuntu\nID_LIKE=debian\n', 'debian', 'sudo apt install fuse3'],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"\n', 'debian', 'sudo apt install fuse3'],
    ['ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n', 'suse', 'sudo zypper install fuse3'],
    ["ID='fedora'\n", 'fedora', 'sudo dnf install fuse3'],
    ['ID=arch\n', 'arch', 'sudo pacman -S fuse3'],
    ['ID=alpine\n', 'alpine', 'sudo apk add fuse3'],
    ['ID=nixos\n', 'nixos', 'add fuse3 to environment.systemPackages'],
    ['ID=other\n', undefined, 'install fuse3'],
    ['', undefined, 'install fuse3'],
  ])('is told by %j', (text, family, remedy) => {
    const distribution = parseDistribution(text);
    expect(distribution.family).toBe(family);
    expect(installRemedy(distribution, { others: 'fuse3' })).toBe(remedy);
  });
});

describe("the runtime's report", () => {
  test('is read with its notes', () => {
    const text = [
      'kernel      Linux 6.1 on x86_64, user 1000',
      'root        no',
      '  mount: Operation not permitted',
      'fusermount  no',
      '  neither fusermount3 nor fusermount found',
      '  try: something',
      'userns      yes: a user namespace may mount FUSE',
      'extract     yes: /home/me/.cache/appimage',
      'starts      by userns',
    ].join('\n');
    const { abilities, startsBy } = parseRuntimeReport(text);
    expect(startsBy).toBe('userns');
    expect(Object.fromEntries(abilities)).toEqual({
      root: { works: false, how: 'mount: Operation not permitted' },
      fusermount: { works: false, how: 'neither fusermount3 nor fusermount found; try: something' },
      userns: { works: true, how: 'a user namespace may mount FUSE' },
      extract: { works: true, how: '/home/me/.cache/appimage' },
    });
  });

  test('may say that nothing works', () => {
    expect(parseRuntimeReport('starts      not at all\n').startsBy).toBeUndefined();
  });
});
