import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeWith, temporaryFolder } from '@appimage-js/testing';
import { execa, type Options } from 'execa';
import { describe, expect, test } from 'vitest';
import { writeAppImage } from '../../write-app-image.ts';

const CHILD = fileURLToPath(new URL('./confined-child.ts', import.meta.url));

interface Place {
  readonly folder: string;
  readonly home: string;
  readonly runtime: string;
  readonly env: Record<string, string>;
}

function place(mechanism: 'bubblewrap' | 'own'): Place {
  const folder = temporaryFolder();
  const home = join(folder, 'home');
  const runtime = join(folder, 'run');
  mkdirSync(home, { mode: 0o700 });
  mkdirSync(runtime, { mode: 0o700 });
  return {
    folder,
    home,
    runtime,
    env: {
      HOME: home,
      XDG_RUNTIME_DIR: runtime,
      MECHANISM: mechanism,
      LANG: 'C.UTF-8',
      PATH: process.env['PATH'] ?? '',
    },
  };
}

async function image({ folder }: Place, script: string, name = 'App.AppImage'): Promise<string> {
  return await writeAppImage(join(folder, name), script);
}

function start(
  { env }: Place,
  file: string,
  words: readonly string[] = [],
  args: readonly string[] = [],
  options: Options = {},
) {
  const command = ['--conditions=@appimage-js/source', CHILD, file, words.join(','), ...args];
  return execa(process.execPath, command, { reject: false, stdin: 'ignore', env, extendEnv: false, ...options });
}

/** The home folder of the only application there is, on the host. */
function privateHome({ home }: Place): string {
  const homes = join(home, '.local/share/appimage/homes');
  return join(homes, readdirSync(homes)[0] ?? 'none');
}

describe.each(['bubblewrap', 'own'] as const)('by %s', (mechanism) => {
  describeWith(mechanism === 'own' ? [] : ['bwrap'], 'a confined application', () => {
    test('starts where no session has made a runtime folder', async () => {
      const at = place(mechanism);
      const { XDG_RUNTIME_DIR: _, ...env } = at.env;
      const file = await image(at, 'exit 7');
      const TMPDIR = at.folder;
      expect(await start(at, file, [], [], { env: { ...env, TMPDIR } })).toMatchObject({ exitCode: 7 });
      expect(readdirSync(join(TMPDIR, `appimage-run-${process.getuid?.()}`))).toEqual([]);
    });

    test('decides about the exit status', async () => {
      const here = place(mechanism);
      expect((await start(here, await image(here, 'exit 7'))).exitCode).toBe(7);
    });

    test('gets its arguments and its input as they are', async () => {
      const here = place(mechanism);
      const file = await image(here, `for word; do printf '<%s>' "$word"; done; cat`);
      const { stdout } = await start(here, file, [], ['two words', '', '"\'$HOME', '--', '-x'], {
        stdin: 'pipe',
        input: 'in',
      });
      expect(stdout).toBe(`<two words><><"'$HOME><--><-x>in`);
    });

    test('sees its contents, its file, and nothing of the home folder, /tmp or /run', async () => {
      const here = place(mechanism);
      writeFileSync(join(here.home, 'secret'), 'x');
      const script =
        'echo "$APPDIR $APPIMAGE"; ls -A "$HOME" /tmp; ls /run; test -r "$APPIMAGE" && cat "$APPDIR/AppRun" | head -1';
      const { stdout } = await start(here, await image(here, script, 'my app.AppImage'));
      const [first, ...rest] = String(stdout).split('\n');
      expect(first).toBe('/app /run/appimage/my app.AppImage');
      expect(rest.at(-1)).toBe('#!/bin/sh');
      expect(stdout).not.toContain('secret');
      expect(rest).toContain('appimage');
    });

    test('keeps a home folder of its own, and writes nowhere else', async () => {
      const here = place(mechanism);
      const script =
        'echo kept > "$HOME/file"; for f in /app/x /usr/x /etc/x /run/x /x "$APPIMAGE"; do echo > "$f" && echo "wrote $f"; done 2> /dev/null; exit 0';
      const file = await image(here, script);
      expect((await start(here, file)).stdout).toBe('');
      expect(readFileSync(join(privateHome(here), 'file'), 'utf8')).toBe('kept\n');
      expect((await start(here, await image(here, 'cat "$HOME/file"'))).stdout).toBe('kept');
    });

    test('has what is granted, to read or to write', async () => {
      const here = place(mechanism);
      for (const name of ['Documents', 'Downloads']) {
        mkdirSync(join(here.home, name));
        writeFileSync(join(here.home, name, 'a'), name);
      }
      const script = 'cat ~/Documents/a ~/Downloads/a; echo new > ~/Downloads/b; echo new > ~/Documents/b || exit 3';
      const { exitCode, stdout } = await start(here, await image(here, script), ['xdg-documents:ro', '~/Downloads']);
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: 'DocumentsDownloads' });
      expect(existsSync(join(here.home, 'Downloads/b'))).toBe(true);
      expect(existsSync(join(here.home, 'Documents/b'))).toBe(false);
    });

    test('can not have a grant mounted elsewhere by a link in its home folder', async () => {
      const here = place(mechanism);
      mkdirSync(join(here.home, 'Documents'));
      const file = await image(here, 'rmdir ~/Documents 2> /dev/null; ln -s /etc ~/Documents');
      await start(here, file);
      const { exitCode, stderr } = await start(here, file, ['xdg-documents']);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('Documents: it must be a folder and no link');
    });

    test('is known by the file, so that another that says the same gets none of its grants', async () => {
      const here = place(mechanism);
      const one = await image(here, 'echo mine > ~/file');
      await start(here, one);
      const other = await image(here, 'cat ~/file', 'Other.AppImage');
      expect((await start(here, other)).exitCode).toBe(1);
    });

    test.each([[], ['--level']])("gets nobody else's home folder by what it says, at no level %s", async (...words) => {
      const here = place(mechanism);
      const update = 'zsync|https://example.org/App.AppImage.zsync';
      const one = await writeAppImage(join(here.folder, 'App.AppImage'), 'echo mine > ~/file', update);
      expect((await start(here, one, words)).exitCode).toBe(0);
      mkdirSync(join(here.folder, 'other'));
      const other = await writeAppImage(join(here.folder, 'other/App.AppImage'), 'cat ~/file', update);
      for (const level of [[], ['--level']]) {
        const { exitCode, stdout, stderr } = await start(here, other, level);
        expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
        expect(stderr).toContain('if it is the same application, say so');
      }
      expect((await start(here, one, words)).exitCode).toBe(0);
    });

    test('can rename nothing that leads to choices and other homes, with the whole home folder', async () => {
      const here = place(mechanism);
      const own = ['.config/appimage/permissions', '.local/share/appimage/homes/other', '.cache/appimage/x'];
      for (const folder of own) mkdirSync(join(here.home, folder), { recursive: true });
      const script =
        'cd ~; for f in .config .local .local/share .local/share/appimage .cache; do mv -T $f moved && echo "moved $f"; done 2> /dev/null; ls .local/share/appimage/homes; for f in .config .cache; do touch $f/appimage/x && echo "wrote $f"; done 2> /dev/null; touch made && echo made';
      const { stdout } = await start(here, await image(here, script), ['home']);
      expect(stdout).toBe('made');
    });

    test('has no network where none is granted', async () => {
      const here = place(mechanism);
      const file = await image(here, 'grep -c : /proc/net/dev');
      expect((await start(here, file, ['network=off'])).stdout).toBe('1');
    });

    test.each(['SIGTERM', 'SIGKILL', 'SIGINT'] as const)('leaves nothing when its starter gets %s', async (signal) => {
      const here = place(mechanism);
      const mark = `mark${process.pid}${signal}`;
      const child = start(here, await image(here, `echo ready; exec sh -c 'while :; do sleep 0.05; done; : ${mark}'`));
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      child.kill(signal);
      await child;
      await expect.poll(() => processesWith(mark), { timeout: 10_000 }).toEqual([]);
      await expect.poll(() => mountsBelow(here.runtime), { timeout: 10_000 }).toEqual([]);
      if (signal !== 'SIGKILL') expect(instances(here)).toEqual([]);
    });

    test('starts again while it runs only where its grants can not be mounted elsewhere', async () => {
      const here = place(mechanism);
      mkdirSync(join(here.home, 'Documents'));
      const script = 'test -e ~/again && exit 0; touch ~/again; echo ready; exec sleep 60';
      const first = start(here, await image(here, script), ['xdg-documents']);
      await new Promise((resolve) => first.stdout?.once('data', resolve));
      const second = await start(here, join(here.folder, 'App.AppImage'), ['xdg-documents']);
      first.kill('SIGTERM');
      await first;
      expect({ refused: /it runs already/.test(String(second.stderr)) }).toEqual({
        refused: mechanism === 'bubblewrap',
      });
    });

    test('tries the mechanism again after a start that has failed', async () => {
      const here = place(mechanism);
      const file = await image(here, 'exit 0');
      await start(here, file);
      const memo = join(here.runtime, 'appimage/mechanism.json');
      const remembered = readFileSync(memo, 'utf8');
      writeFileSync(memo, remembered.replaceAll(/"path":"[^"]*"/g, '"path":"/nowhere/at-all"'));
      expect((await start(here, file)).exitCode).toBe(1);
      expect((await start(here, file)).exitCode).toBe(0);
      expect(readFileSync(memo, 'utf8')).toBe(remembered);
    });

    test('leaves no folder of a start that was killed for longer than until the next', async () => {
      const here = place(mechanism);
      const file = await image(here, 'echo ready; exec sleep 60');
      const child = start(here, file);
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      child.kill('SIGKILL');
      await child;
      await start(here, await image(here, 'exit 0'));
      expect(instances(here)).toEqual([]);
    });
  });

  describeWith(
    ['bwrap', 'xdg-dbus-proxy', 'dbus-run-session', 'gdbus'],
    'the session bus of a confined application',
    () => {
      const names = 'gdbus call --session -d org.freedesktop.DBus -o / -m org.freedesktop.DBus.';

      function startWithBus(here: Place, file: string, words: readonly string[] = []) {
        const command = [process.execPath, '--conditions=@appimage-js/source', CHILD, file, words.join(',')];
        return execa('dbus-run-session', ['--', ...command], {
          reject: false,
          stdin: 'ignore',
          env: here.env,
          extendEnv: false,
        });
      }

      test('has the names that are granted, and no others', async () => {
        const here = place(mechanism);
        const script = `
      own() { ${names}RequestName $1 0 > /dev/null 2>&1 && echo "$1 yes" || echo "$1 no"; }
      own org.example.Granted; own org.example.Other; own org.freedesktop.systemd1`;
        const { stdout } = await startWithBus(here, await image(here, script), ['own=org.example.Granted']);
        expect(stdout).toBe('org.example.Granted yes\norg.example.Other no\norg.freedesktop.systemd1 no');
      });

      test('starts no services and shows no other names', async () => {
        const here = place(mechanism);
        const script = `
      ${names}StartServiceByName org.freedesktop.portal.Flatpak 0 2>&1 | grep -o 'org.freedesktop.DBus.Error[^:]*' | head -1
      ${names}ListActivatableNames | grep -c portal.Flatpak`;
        const { stdout } = await startWithBus(here, await image(here, script));
        expect(stdout).toMatch(/^org\.freedesktop\.DBus\.Error\.\w+\n0$/);
      });

      test('ends with it', async () => {
        const here = place(mechanism);
        await startWithBus(here, await image(here, 'exit 0'));
        await expect.poll(() => processesWith(here.runtime), { timeout: 10_000 }).toEqual([]);
      });
    },
  );
});

/** The folders of starts that there are. */
function instances({ runtime }: Place): string[] {
  return readdirSync(join(runtime, 'appimage')).filter((name) => /^\d+$/.test(name));
}

/** Numbers of the processes that have a text in their arguments. */
function processesWith(text: string): string[] {
  return readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && name !== String(process.pid) && argumentsOf(name).includes(text),
  );
}

function argumentsOf(process: string): string {
  try {
    return readFileSync(`/proc/${process}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function mountsBelow(folder: string): string[] {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return mounts.filter((line) => line.includes(` ${folder}/`) && !line.includes('/doc '));
}
