import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, temporaryFolder } from '@appimage-js/testing';
import { expect, onTestFinished, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { entries, listing } from '../support/probe-home.ts';
import { findColor, SESSION_PROGRAMS, startSession, waitFor } from './desktop-session.ts';
import { type ProbeApplication, writeProbeAppDir } from './probe-application.ts';

const ALPHA: ProbeApplication = { name: 'Alpha', version: '1.0', color: [208, 32, 96], scheme: 'zoommtg' };
const BETA: ProbeApplication = { name: 'Beta', version: '1.0', color: [240, 160, 16], scheme: 'betalink' };

const MENU = `stay_alive = 0
position_mode = fixed
csv_cmd = apps
csv_no_dirs = 1
icon_theme = hicolor
icon_size = 32
item_height = 38
menu_width = 280
menu_margin_x = 16
menu_margin_y = 16
menu_valign = top
font = Sans 12
`;

const LINK = 'zoommtg://zoom.us/join?confno=123&pwd=a%20b&x="$(touch evil)`id`';
const JUDGES = [
  'desktop-file-validate',
  'xdg-mime',
  'xdg-open',
  'mimetype',
  'gio',
  'update-desktop-database',
  'update-mime-database',
];

async function build(path: string, application: ProbeApplication): Promise<void> {
  const folder = join(temporaryFolder(), application.name);
  writeProbeAppDir(folder, application);
  const { status, stderr } = await appimage(['build', folder, '-o', path, '--arch', architecture(), '--quiet']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

function architecture(): string {
  return process.arch === 'arm64' ? 'aarch64' : 'x86_64';
}

describeWith([...SESSION_PROGRAMS, ...JUDGES], 'in a desktop session', () => {
  test('applications come into the menu, open what is theirs, are updated and moved, and go without a trace', {
    timeout: 180_000,
  }, async () => {
    const home = temporaryFolder();
    const data = join(home, '.local', 'share');
    const applications = join(home, 'Applications');
    const other = join(home, 'elsewhere');
    for (const folder of [
      'Downloads',
      'Documents',
      'Applications',
      'elsewhere',
      '.config/jgmenu',
      '.local/share',
      '.local/state',
    ])
      mkdirSync(join(home, folder), { recursive: true });
    writeFileSync(join(home, '.config', 'jgmenu', 'jgmenurc'), MENU);
    const choice = '# mine\n[Added Associations]\ntext/plain=ed.desktop;\n';
    writeFileSync(join(home, '.config', 'mimeapps.list'), choice, { mode: 0o600 });
    const session = await startSession(home);
    onTestFinished(() => {
      for (const name of readdirSync(home).filter((each) => each.startsWith('pid-'))) stop(join(home, name));
    });
    const command = async (...args: string[]) => {
      const { status, stderr, stdout } = await appimage(args, { env: session.env, extendEnv: false });
      expect({ args, status, stderr }).toEqual({ args, status: 0, stderr: '' });
      return stdout;
    };
    await command('watch-dirs', 'add', other);
    // What menus, browsers and the like remember is theirs.
    const traces = () =>
      listing(home).filter(
        (line) => /^\S+ (?:\.local|\.config|Applications|elsewhere)/.test(line) && !/Trash|recently-used/.test(line),
      );
    const before = traces();

    // They are built, installed, and the programs of a desktop take what was written.
    await build(join(home, 'Downloads', 'Alpha.AppImage'), ALPHA);
    await build(join(home, 'Downloads', 'Beta.AppImage'), BETA);
    for (const name of ['Alpha', 'Beta'])
      await command('install', '--yes', '--schemes', join(home, 'Downloads', `${name}.AppImage`));
    const installed = entries(home);
    expect(installed).toHaveLength(2);
    for (const entry of installed)
      expect(session.run('desktop-file-validate', join(data, 'applications', entry))).toBe('');
    const textOf = (entry: string) => readFileSync(join(data, 'applications', entry), 'utf8');
    const alpha = installed.find((entry) => textOf(entry).includes('\nName=Alpha\n')) as string;
    const beta = installed.find((entry) => entry !== alpha) as string;
    for (const name of ['alpha', 'beta']) writeFileSync(join(home, 'Documents', `a b.${name}`), name);
    const document = (name: string) => join(home, 'Documents', `a b.${name}`);
    expect(session.run('xdg-mime', 'query', 'filetype', document('alpha'))).toBe('application/x-alpha\n');
    expect(session.run('gio', 'info', '-a', 'standard::content-type', document('beta'))).toContain(
      'application/x-beta',
    );
    expect(session.run('xdg-mime', 'query', 'default', 'x-scheme-handler/zoommtg')).toBe(`${alpha}\n`);
    expect(session.run('gio', 'mime', 'x-scheme-handler/betalink')).toContain(beta);
    expect(session.run('gio', 'mime', 'application/x-alpha')).toContain(alpha);

    // They are in the menu with their icons, and a click starts one.
    session.start('jgmenu');
    await waitFor(() => [ALPHA, BETA].every(({ color }) => findColor(session.screenshot(), color).count > 600));
    const { x, y } = findColor(session.screenshot(), ALPHA.color);
    session.run('xdotool', 'mousemove', `${x + 60}`, `${y}`, 'click', '1');
    const started = (name: string) => {
      const file = join(home, `started-${name}`);
      if (!existsSync(file)) return undefined;
      const text = readFileSync(file, 'utf8');
      rmSync(file);
      stop(join(home, `pid-${name}`));
      return text;
    };
    await waitFor(() => session.run('xdotool', 'search', '--name', '^Alpha$') !== '');
    session.screenshot();
    await expect.poll(() => started('alpha'), { timeout: 15_000 }).toBe('\n');

    // They receive what is opened, by whichever program.
    const opened = async (name: string, expected: string, ...words: [string, ...string[]]) => {
      session.start(...words);
      await expect.poll(() => started(name), { timeout: 15_000 }).toBe(`${expected}\n`);
    };
    await opened('alpha', document('alpha'), 'gio', 'open', document('alpha'));
    await opened('beta', document('beta'), 'xdg-open', document('beta'));
    await opened('alpha', LINK, 'gio', 'open', LINK);
    await opened('alpha', LINK, 'xdg-open', LINK);
    await opened('beta', 'betalink:x', 'gio', 'launch', join(data, 'applications', beta), 'betalink:x');
    expect(existsSync(join(home, 'evil'))).toBe(false);

    // An update in place, a new name, another folder: whatever leads to it goes on leading to it.
    const stillThere = async (version: string, open: [string, ...string[]] = ['xdg-open']) => {
      await command('sync');
      expect(entries(home)).toEqual(installed);
      expect(textOf(alpha)).toContain(`\nX-AppImage-Version=${version}\n`);
      await opened('alpha', 'zoommtg:again', ...open, 'zoommtg:again');
    };
    const place = join(applications, 'Alpha.AppImage');
    await build(join(home, 'Downloads', 'Alpha.new'), { ...ALPHA, version: '2.0' });
    renameSync(join(home, 'Downloads', 'Alpha.new'), place);
    await stillThere('2.0');
    const renamed = join(applications, "Alpha 100% 'new' & $old.AppImage");
    renameSync(place, renamed);
    await stillThere('2.0', ['gio', 'open']); // the reader of Exec that xdg-open has itself knows no quotes
    const moved = join(other, 'Alpha.AppImage');
    renameSync(renamed, moved);
    await stillThere('2.0');
    expect(JSON.parse(await command('list', '--json'))).toContainEqual(
      expect.objectContaining({ path: moved, install: expect.objectContaining({ schemesAllowed: true }) }),
    );

    // And they go without a trace.
    await command('remove', '--yes', 'Alpha');
    await command('remove', '--yes', 'Beta');
    expect(traces()).toEqual(before);
    expect(readFileSync(join(home, '.config', 'mimeapps.list'), 'utf8')).toBe(choice);
    expect(session.run('gio', 'mime', 'x-scheme-handler/zoommtg')).toMatch(/^No default/);
    session.start('jgmenu');
    await waitFor(() => findColor(session.screenshot(), [0, 0, 0]).count > 5000);
    expect([ALPHA, BETA].map(({ color }) => findColor(session.screenshot(), color).count)).toEqual([0, 0]);
  });
});

/** Ends a process by the file that it has written its number into. */
function stop(file: string): void {
  const process_ = Number.parseInt(existsSync(file) ? readFileSync(file, 'utf8') : '', 10);
  rmSync(file, { force: true });
  if (!Number.isInteger(process_)) return;
  try {
    process.kill(process_);
  } catch {
    // It has ended by itself.
  }
}
