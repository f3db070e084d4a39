import { chownSync, cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeWith, isThere, type Oracle, temporaryFolder } from '@appimage-js/testing';
import { execa, execaSync } from 'execa';
import { expect, test } from 'vitest';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const CHILD = fileURLToPath(new URL('../confine/start/confined-child.ts', import.meta.url));

const LIBEXEC = ['/usr/libexec', '/usr/lib', '/usr/lib/xdg-desktop-portal'].find((folder) =>
  existsSync(join(folder, 'xdg-desktop-portal')),
);
const hasGtk =
  existsSync('/usr/bin/python3') &&
  execaSync(
    '/usr/bin/python3',
    ['-c', 'import gi; gi.require_version("Gtk", "3.0"); gi.require_version("Gio", "2.0")'],
    {
      reject: false,
    },
  ).exitCode === 0;

const ORACLES: readonly Oracle[] = [
  'bwrap',
  'xdg-dbus-proxy',
  'dbus-run-session',
  'gdbus',
  'fusermount3',
  '/dev/fuse',
  { name: 'xdg-desktop-portal', isThere: LIBEXEC !== undefined },
  { name: 'python3-gi with GTK 3', isThere: hasGtk },
];

/** An AppDir, whose file the portal's dialog puts at the answered path. */
function prepare(words = '') {
  const folder = temporaryFolder();
  const appDir = join(folder, 'Saver.AppDir');
  mkdirSync(appDir);
  cpSync(join(HERE, 'save-by-portal.py'), join(appDir, 'AppRun'));
  for (const name of ['home', 'run']) mkdirSync(join(folder, name), { mode: 0o700 });
  const chosen = join(folder, 'chosen.txt');
  const env = {
    HOME: join(folder, 'home'),
    XDG_RUNTIME_DIR: join(folder, 'run'),
    PATH: process.env['PATH'] ?? '',
    LANG: 'C.UTF-8',
  };
  const start = [process.execPath, '--conditions=@appimage-js/source', CHILD, appDir, words];
  const session = ['dbus-run-session', '--', join(HERE, 'session.sh'), LIBEXEC ?? '', chosen, ...start];
  return { folder, chosen, env, session };
}

function expectSaved(stdout: string, { folder, chosen }: ReturnType<typeof prepare>): void {
  expect(stdout).toMatch(/^SaveFile appimage\.xSaver_AppDir\.x[0-9a-f]{16} Where to\?$/m);
  const path = /^chosen -3 (.*)$/m.exec(stdout)?.[1] ?? '';
  expect(path).toMatch(new RegExp(`^${folder}/run/doc/[0-9a-f]+/chosen\\.txt$`));
  expect(stdout).toContain("folders ['chosen.txt']");
  expect(readFileSync(chosen, 'utf8')).toBe('saved by a portal\n');
}

describeWith([...ORACLES, 'xvfb-run'], 'a confined GTK program under X11', () => {
  test('saves where a person has chosen, and sees only that', { timeout: 120_000 }, async () => {
    const prepared = prepare();
    const { stdout } = await execa('xvfb-run', ['-a', ...prepared.session], {
      env: prepared.env,
      extendEnv: false,
      stdin: 'ignore',
    });
    expectSaved(stdout, prepared);
  });
});

describeWith([...ORACLES, 'xvfb-run', 'Xephyr'], 'a confined GTK program with an X server of its own', () => {
  test('saves where a person has chosen, and does not see the other server', { timeout: 120_000 }, async () => {
    const prepared = prepare('nested-x11');
    const { stdout } = await execa('xvfb-run', ['-a', ...prepared.session], {
      env: prepared.env,
      extendEnv: false,
      stdin: 'ignore',
    });
    expectSaved(stdout, prepared);
    expect(stdout).toMatch(/^display :(\d+) \['X\1'\]$/m);
    const outside = /^outside (.*)$/m.exec(stdout)?.[1];
    expect(outside).toMatch(/^:\d+$/);
    expect(stdout).not.toContain(`display ${outside} `);
  });
});

/** The compositor is not run by root. */
const NOBODY = 65_534;

describeWith([...ORACLES, 'cage', 'setpriv'], 'a confined GTK program under Wayland', () => {
  test('saves where a person has chosen, and sees only that', { timeout: 120_000 }, async () => {
    const prepared = prepare();
    const env = { ...prepared.env, WLR_BACKENDS: 'headless', WLR_LIBINPUT_NO_DEVICES: '1', WLR_RENDERER: 'pixman' };
    const command = ['cage', '--', ...prepared.session];
    if (isThere('root')) {
      command.unshift('setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups');
      for (const name of ['', 'home', 'run', 'Saver.AppDir']) chownSync(join(prepared.folder, name), NOBODY, NOBODY);
    }
    const [program = '', ...args] = command;
    const { stdout } = await execa(program, args, { env, extendEnv: false, stdin: 'ignore', cwd: prepared.folder });
    expectSaved(stdout, prepared);
  });
});
