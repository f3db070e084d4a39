import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describeWith, run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { launcherFile } from '../../src/launcher/launcher-file.ts';
import { ID, makePlace, type Place } from './place.ts';
import { shells } from './shells.ts';

const HOSTILE = ['a b', '', '$(touch evil)`id`', '*', "it's", '"', '\\', '-n', '--', 'line\nbreak', '%U', 'ümlaut'];

testWith(['shellcheck'], 'shellcheck has nothing to say of the launcher', () => {
  const path = join(temporaryFolder(), 'launch');
  writeFileSync(path, launcherFile().content);
  expect(run('shellcheck', ['-s', 'sh', path])).toBe('');
});

describe.each(shells)('the launcher, by $name', ({ needs, command: by }) => {
  testWith(
    [needs, 'setsid'],
    'starts a program in a session of its own, with its arguments and the environment as they are',
    async () => {
      const place = makePlace();
      const program = place.script(
        'program',
        `printf '%s\\0' "$@"; read -r line; printf '%s\\0' "$line$?" "$XDG_ACTIVATION_TOKEN"
read -r pid _ _ _ _ session _ </proc/$$/stat; printf '%s\\0' "$((pid == session))" "$(env | grep -c ^launch_)"`,
      );
      const { status, stdout, stderr } = await place.launch([ID, program, ...HOSTILE], {
        by,
        env: { XDG_ACTIVATION_TOKEN: 'token' },
      });
      // Of a read that found no line the status is 1.
      expect(stdout.split('\0')).toEqual([...HOSTILE, '1', 'token', '1', '0', '']);
      expect({ status, stderr: stderr.replaceAll(/^W: .*setlocale.*\n/gm, '') }).toEqual({ status: 0, stderr: '' });
      expect(place.told()).toBeUndefined();
    },
  );

  testWith([needs], 'tells of a start that fails, in the words of the program', async () => {
    const place = makePlace();
    const program = place.script('program', "echo first >&2; printf 'no <lib> & \\033[1mso on\\n\\n' >&2; exit 3");
    const { status, stderr } = await place.launch([ID, program], { by, env: { LC_ALL: 'de_DE.UTF-8' } });
    expect(status).toBe(3);
    expect(stderr).toContain('first\nno <lib> & \u001b[1mso on\n\n');
    expect(place.told()).toEqual([
      'Sonde could not be started',
      `/opt/it's "one".AppImage: it ended with status 3\nno &lt;lib&gt; &amp; [1mso on\n` +
        `To see why: appimage doctor '/opt/it'\\\\''s "one".AppImage'`,
    ]);
    expect(readFileSync(place.log, 'utf8')).toBe('first\nno <lib> & \u001b[1mso on\n\n');
    expect(statSync(place.log).mode & 0o777).toBe(0o600);
  });

  testWith(
    [needs],
    'tells of a signal, of a file that is not there or may not be executed; not of one that was told to end',
    async () => {
      /** At the same time, as each failure is waited for a second. */
      const launch = async (program: (place: Place) => string) => {
        const place = makePlace();
        const { status } = await place.launch([ID, program(place)], { by });
        return { status, told: place.told()?.[1] };
      };
      const outcomes = await Promise.all([
        launch(({ script }) => script('term', 'kill -TERM $$')),
        launch(({ script }) => script('abort', 'kill -ABRT $$')),
        launch(({ folder }) => join(folder, 'nothing')),
        launch(({ script }) => {
          const path = script('text', '');
          chmodSync(path, 0o644);
          return path;
        }),
      ]);
      expect(outcomes).toEqual([
        { status: 143, told: undefined },
        { status: 134, told: expect.stringContaining('it was ended by signal 6') },
        { status: 127, told: expect.stringContaining('was not found') },
        { status: 126, told: expect.stringContaining('it may not be executed') },
      ]);
    },
  );

  testWith([needs], 'shows the last line of what is to be reported, whether that has failed or not', async () => {
    const place = makePlace();
    const update = place.script('update', 'echo "Updating $2"; echo "Updated to 2.0"; echo');
    expect(await place.launch(['--report', ID, update, 'update', 'a b'], { by })).toMatchObject({ status: 0 });
    expect(place.told()).toEqual(['Probe', 'Updated to 2.0']);
    const failing = place.script('failing', 'echo "Cannot update: no network 12" >&2; exit 7');
    expect(await place.launch(['--report', ID, failing], { by })).toMatchObject({ status: 7 });
    expect(place.told()).toEqual(['Probe', 'Cannot update: no network 12']);
    expect(await place.launch(['--report', ID, place.script('silent', 'exit 9')], { by })).toMatchObject({ status: 9 });
    expect(place.told()).toEqual(['Probe', 'It ended with status 9']);
  });

  testWith([needs], 'starts the file of the entry, whatever it is called', async () => {
    const folder = temporaryFolder();
    const file = join(folder, ' \\s "a" $x `y` 100% \\');
    writeFileSync(file, '#!/bin/sh\nprintf "%s|" "$0" "$@"\n', { mode: 0o755 });
    const place = makePlace({ file });
    const { stdout } = await place.launch([ID, '@', '--open', 'probing://x'], { by });
    expect(stdout).toBe(`${file}|--open|probing://x|`);
  });
});

describe('the launcher', () => {
  test('passes on all that a program says, and keeps no more than the beginning of it', async () => {
    const place = makePlace();
    const program = place.script('program', 'head -c 3000000 /dev/zero | tr "\\0" x >&2; echo end >&2');
    const { stderr } = await place.launch([ID, program]);
    expect(stderr).toHaveLength(3_000_004);
    expect(statSync(place.log).size).toBeLessThanOrEqual(64 * 4096);
    expect(statSync(place.log).size).toBeGreaterThan(0);
  });

  test('does not take a program with it when its own session ends', async () => {
    const place = makePlace();
    const program = place.script('program', 'echo $$ >"$HOME/pid"; sleep 1; echo said >&2; echo done >"$HOME/done"');
    const child = spawn(place.launcher, [ID, program], { env: place.env, detached: true, stdio: 'ignore' });
    const exit = once(child, 'exit');
    await expect.poll(() => existsSync(join(place.folder, 'pid'))).toBe(true);
    process.kill(-(child.pid as number), 'SIGHUP'); // as a terminal does to all that were started from it
    await exit;
    await expect.poll(() => existsSync(join(place.folder, 'done')), { timeout: 10_000 }).toBe(true);
    await expect.poll(() => readFileSync(place.log, 'utf8')).toBe('said\n');
  });

  test('ends with the program, also where another one goes on', async () => {
    const place = makePlace();
    const program = place.script('program', 'sleep 300 & echo $! >"$HOME/pid"');
    const child = spawn(place.launcher, [ID, program], { env: place.env, stdio: 'ignore' });
    expect(await once(child, 'exit')).toEqual([0, null]);
    process.kill(Number(readFileSync(join(place.folder, 'pid'), 'utf8')));
  });

  test('says nothing of a program that fails after it has worked for a while', async () => {
    const place = makePlace();
    const quicker = readFileSync(place.launcher, 'utf8').replace('\nlaunch_patience=10\n', '\nlaunch_patience=2\n');
    expect(quicker).toContain('\nlaunch_patience=2\n');
    writeFileSync(place.launcher, quicker);
    expect(await place.launch([ID, place.script('late', 'sleep 3; exit 1')])).toMatchObject({ status: 1 });
    expect(place.told()).toBeUndefined();
  });

  test('starts a program also where nothing can be written', async () => {
    const place = makePlace();
    const env = { XDG_STATE_HOME: '/proc/nothing' };
    const { stdout } = await place.launch([ID, place.script('program', 'echo started')], { env });
    expect(stdout).toBe('started\n');
    await place.launch([ID, place.script('failing', 'exit 1')], { env });
    expect(place.told()?.[1]).toContain('it ended with status 1\nTo see why');
  });

  test('leaves input and output to a program in a terminal', async () => {
    const place = makePlace();
    const program = place.script('program', 'readlink /proc/$$/fd/2; exit 3');
    const { stdout } = await place.launch(['--terminal', ID, program]);
    expect(stdout).not.toContain(ID);
    expect(place.told()?.[0]).toBe('Probe could not be started');
    expect(existsSync(place.log)).toBe(false);
  });

  test.each([[[]], [['../x', '/bin/true']], [[ID]], [['--report', ID]], [['--other', ID, '/bin/true']]])(
    'starts nothing when called with %j',
    async (words) => {
      const { status, stdout, stderr } = await makePlace().launch(words);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).not.toBe('');
    },
  );

  test('takes the name in the language of the user, and that of no action', async () => {
    const place = makePlace();
    const title = async (LC_ALL: string) => {
      await place.launch(['--report', ID, '/bin/true'], { env: { LC_ALL } });
      return place.told()?.[0];
    };
    expect(await title('de_AT.UTF-8')).toBe('Sonde aus Wien');
    expect(await title('de_CH.UTF-8@euro')).toBe('Sonde');
    expect(await title('fr_FR')).toBe('Probe');
    expect(await title('/.*[')).toBe('Probe');
  });
});

describeWith(['xvfb-run', 'dbus-run-session', 'dunst', 'dunstctl', 'gdbus'], 'a notification', () => {
  /** Starts something that fails where a notification daemon runs on a screen of its own; answers what that has shown. */
  async function shown({ env, launcher, script }: Place, words: readonly string[]) {
    const session = script(
      'session',
      `dunst >/dev/null 2>&1 & gdbus wait --session --timeout 20 org.freedesktop.Notifications || exit 1
"$@" >/dev/null 2>&1
dunstctl close-all; dunstctl history; kill $!`,
    );
    const child = spawn('xvfb-run', ['-a', 'dbus-run-session', '--', session, launcher, ...words], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { data } = JSON.parse(await text(child.stdout)) as { data: Record<string, { data: string }>[][] };
    return data.flat().map(({ summary, body, appname }) => [appname?.data, summary?.data, body?.data]);
  }

  const said = 'bad <b> & \'x\' "line" \\n';
  const failing = `cat >&2 <<'END'\n${said}\nEND\nexit 3`;
  const expected = [
    'AppImage',
    'Pr\'"ob\\e could not be started',
    expect.stringContaining('it ended with status 3\nbad &lt;b&gt; &amp; \'x\' "line" \\n\nTo see why'),
  ];

  testWith(['notify-send'], 'is shown by a daemon, by way of notify-send', async () => {
    const place = makePlace({ name: 'Pr\'"ob\\\\e' });
    rmSync(join(place.folder, 'bin', 'notify-send'));
    expect(await shown(place, [ID, place.script('program', failing)])).toEqual([expected]);
  });

  test('is shown by a daemon where there is no notify-send', async () => {
    const place = makePlace({ name: 'Pr\'"ob\\\\e' });
    place.script('bin/notify-send', 'exit 1');
    expect(await shown(place, [ID, place.script('program', failing)])).toEqual([expected]);
  });
});

describe('a notification without a bus', () => {
  test('becomes a window where there is a screen, else a line in the log of the system', async () => {
    const place = makePlace();
    const ways = ['notify-send', 'gdbus', 'kdialog', 'zenity', 'xmessage', 'logger'];
    for (const way of ways) {
      place.script(
        `bin/${way}`,
        `echo ${way} >>"$HOME/ways"; cat >>"$HOME/input"; printf '%s\n' "$@" >"$HOME/${way}"; test ${way} = logger`,
      );
    }
    const program = place.script('program', 'echo because >&2; exit 1');
    await place.launch([ID, program], { env: { DISPLAY: ':987' } });
    const tried = readFileSync(join(place.folder, 'ways'), 'utf8').trim().split('\n');
    expect(tried).toEqual(ways);
    for (const way of ['kdialog', 'zenity', 'input', 'logger']) {
      expect(readFileSync(join(place.folder, way), 'utf8')).toMatch(/Probe could not be started\n\n[\s\S]*\nbecause\n/);
    }
    rmSync(join(place.folder, 'ways'));
    await place.launch([ID, program]);
    expect(readFileSync(join(place.folder, 'ways'), 'utf8')).toBe('notify-send\ngdbus\nlogger\n');
  });
});
