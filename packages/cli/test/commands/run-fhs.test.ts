import { chmodSync, copyFileSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeWith, findTool, type Oracle, run, sharedFolder } from '@appimage-js/testing';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { debianRoot } from '../support/debian-root.ts';

const BIN = fileURLToPath(new URL('../../bin/appimage.js', import.meta.url));
const SLOW = 600_000;

const busyboxPath = findTool('busybox');
/** Debian's package busybox-static: the other one needs a libc. */
const staticBusybox: Oracle = {
  name: 'busybox-static',
  isThere: busyboxPath !== undefined && !readFileSync(busyboxPath).includes('/ld-linux'),
};

/** The libraries of a program, and its loader. */
function librariesOf(program: string): string[] {
  return [...run('ldd', [program]).matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path = '']) => path);
}

/**
 * A folder like the store of NixOS: programs with a loader and libraries of their own, which run where the system has neither.
 * `bwrap` is among them as a script, since what is started by its name can not be given a loader.
 */
function writeStore(store: string): void {
  mkdirSync(join(store, 'lib'), { recursive: true });
  mkdirSync(join(store, 'bin'));
  const programs = [process.execPath, findTool('bwrap') ?? ''].map((path) => realpathSync(path));
  for (const library of programs.flatMap(librariesOf)) copyFileSync(library, join(store, 'lib', basename(library)));
  copyFileSync(busyboxPath ?? '', join(store, 'busybox'));
  copyFileSync(programs[1] ?? '', join(store, 'bwrap'));
  const script = `#!${store}/busybox sh\nexec ${loader(store)} --library-path ${store}/lib ${store}/bwrap "$@"\n`;
  writeFileSync(join(store, 'bin/bwrap'), script, { mode: 0o755 });
}

function loader(store: string): string {
  return join(store, 'lib/ld-linux-x86-64.so.2');
}

describeWith(
  ['root', 'unshare', 'bwrap', 'debootstrap', 'mksquashfs', 'ldd', staticBusybox],
  'on a host without /lib64 and libc',
  () => {
    const folder = sharedFolder();
    const store = join(folder, 'store');
    const image = join(folder, 'app.AppImage');
    let root: string | undefined;
    beforeAll(() => {
      root = debianRoot();
      writeStore(store);
      mkdirSync(join(folder, 'AppDir/usr/bin'), { recursive: true });
      // A program of the system, which needs what nearly all need: the loader and libc.
      for (const path of ['AppRun', 'usr/bin/app']) copyFileSync('/usr/bin/env', join(folder, 'AppDir', path));
      chmodSync(join(folder, 'AppDir/AppRun'), 0o755);
      writeFileSync(join(folder, 'AppDir/app.desktop'), '[Desktop Entry]\nType=Application\nName=App\nExec=app\n');
      run('mksquashfs', [join(folder, 'AppDir'), image, '-noappend', '-quiet', '-no-progress', '-all-root']);
    }, SLOW);

    /** Runs the command where the system's own loader and libraries are hidden. */
    async function start(...args: readonly string[]) {
      const busybox = join(store, 'busybox');
      const hide = [realpathSync('/lib64'), '/usr/lib/x86_64-linux-gnu'].map(
        (path) => `${busybox} mount -t tmpfs none ${path}`,
      );
      const forget = `${busybox} mount -o bind /dev/null /etc/ld.so.cache`;
      const node = `${loader(store)} --library-path ${store}/lib ${realpathSync(process.execPath)}`;
      const script = [...hide, forget, `exec ${node} ${BIN} "$@"`].join('\n');
      const command = ['--mount', '--propagation', 'private', busybox, 'sh', '-ec', script, 'sh', ...args];
      const env = {
        PATH: `${store}/bin:/usr/bin:/bin`,
        HOME: folder,
        XDG_CACHE_HOME: join(folder, 'cache'),
        SECRET: 'passed on',
      };
      const options = { reject: false, stdin: 'ignore', extendEnv: false, env, cwd: folder } as const;
      const { exitCode, stdout, stderr } = await execa('unshare', command, options);
      return { exitCode, stdout, stderr };
    }

    test('it is told before the start what is missing, and what helps', async () => {
      const { exitCode, stdout, stderr } = await start('run', image);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toContain('needs the dynamic loader /lib64/ld-linux-x86-64.so.2, the library libc.so.6');
      expect(stderr).toContain('--fhs SOURCE');
    });

    test('doctor says the same, and that it does not start', async () => {
      const { exitCode, stdout } = await start('doctor', image, '--json');
      const { canStart, findings } = JSON.parse(stdout);
      expect({ exitCode, canStart }).toEqual({ exitCode: 1, canStart: false });
      expect(findings).toContainEqual(expect.objectContaining({ id: 'image-needs', state: 'broken' }));
      expect(findings).toContainEqual(expect.objectContaining({ id: 'libc', state: 'weak' }));
    });

    test('--fhs gives the application a root in which it runs', async ({ skip }) => {
      if (root === undefined) return skip('no Debian could be fetched');
      const { exitCode, stdout, stderr } = await start('run', '--fhs', root, image);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout.split('\n')).toEqual(
        expect.arrayContaining(
          [`APPIMAGE=${image}`, 'SECRET=passed on', `PWD=${folder}`].filter((line) => !line.startsWith('PWD')),
        ),
      );
    });

    test('with the status of the application, and the programs of that root', async ({ skip }) => {
      if (root === undefined) return skip('no Debian could be fetched');
      const ask = ['/bin/sh', '-c', 'pwd; cat /etc/debian_version; ls -d /lib64; ls "$APPDIR"; exit 42'];
      const { exitCode, stdout } = await start('run', '--fhs', root, image, ...ask);
      const version = readFileSync(join(root, 'etc/debian_version'), 'utf8').trim();
      expect(stdout.split('\n')).toEqual([folder, version, '/lib64', 'AppRun', 'app.desktop', 'usr']);
      expect(exitCode).toBe(42);
    });
  },
);

describe('appimage run --fhs', () => {
  test('refuses a directory that is no root', async () => {
    const folder = sharedFolderOf();
    const { status, stderr } = await appimage(['run', '--fhs', folder, process.execPath]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('as in the root of a system') });
  });

  test('says what is missing for "auto"', async () => {
    const { status, stderr } = await appimage(['run', '--fhs', 'auto', process.execPath]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('steam-run or appimage-run') });
  });
});

function sharedFolderOf(): string {
  return fileURLToPath(new URL('../support', import.meta.url));
}
