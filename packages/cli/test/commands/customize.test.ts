import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { entries, makeHome } from '../support/probe-home.ts';

/** A home with Probe in the menu. */
async function installed(...options: readonly string[]) {
  const { home, env, download } = await makeHome();
  await appimage(['install', '--yes', ...options, download], { env });
  return {
    home,
    env,
    file: join(home, 'Applications', 'Probe-1.AppImage'),
    entry: () => readFileSync(join(home, '.local', 'share', 'applications', entries(home)[0] as string), 'utf8'),
    autostart: () => existsSync(join(home, '.config', 'autostart', entries(home)[0] as string)),
  };
}

describe('appimage customize', () => {
  test('changes the entry, adds to what was said before, shows it and takes it back', async () => {
    const { env, file, entry } = await installed();
    const before = entry();
    const first = await appimage(['customize', 'probe', '--name', 'Mine', '--arg=--no-sandbox', '--env', 'A=b c'], {
      env,
    });
    expect(first).toMatchObject({ status: 0, stderr: '', stdout: 'Probe is as you want it\n' });
    await appimage(['customize', file, '--wm-class', 'x', '--hidden', '--launch', 'firejail --appimage'], { env });
    expect(entry()).toContain(`\nExec=env "A=b c" firejail --appimage ${file} --no-sandbox %F\n`);
    expect(entry()).toMatch(/\nName=Mine\nStartupWMClass=x\n[\s\S]*\nNoDisplay=true\n/);
    const shown = await appimage(['customize', 'Probe', '--show', '--json'], { env });
    expect(JSON.parse(shown.stdout)).toMatchObject({
      path: file,
      override: {
        name: 'Mine',
        arguments: ['--no-sandbox'],
        environment: { A: 'b c' },
        wmClass: 'x',
        hidden: true,
        launch: ['firejail', '--appimage'],
      },
    });
    await appimage(['customize', 'Probe', '--name', '', '--arg', '', '--env', '', '--launch', '', '--shown'], { env });
    expect((await appimage(['customize', 'Probe'], { env })).stdout).toMatch(/\.json\nwmClass: x\n$/);
    await appimage(['customize', 'Probe', '--reset'], { env });
    expect(entry()).toBe(before);
  });

  test('has an application started with the session, or no more; as install does', async () => {
    const { env, autostart } = await installed('--autostart');
    expect(autostart()).toBe(true);
    await appimage(['customize', 'Probe', '--no-autostart'], { env });
    expect(autostart()).toBe(false);
  });

  test('is kept when the application is removed, unless it is told to forget it', async () => {
    const { home, env, file } = await installed();
    await appimage(['customize', 'Probe', '--name', 'Mine'], { env });
    await appimage(['remove', '--yes', '--keep-file', file], { env });
    expect(existsSync(join(home, '.config', 'appimage', 'overrides'))).toBe(true);
    await appimage(['sync'], { env });
    expect((await appimage(['customize', 'Probe', '--show'], { env })).stdout).toContain('name: Mine\n');
    await appimage(['remove', '--yes', '--purge', file], { env });
    expect(existsSync(join(home, '.config', 'appimage', 'overrides'))).toBe(false);
  });

  test.each([
    ['a name over two lines', ['--name', 'a\nExec=evil'], 2],
    ['a variable without a value', ['--env', 'A'], 2],
    ['a variable of no name', ['--env', 'A-B=c'], 2],
    ['an unclosed quote', ['--launch', 'a "b'], 2],
    ['both of two opposites', ['--hidden', '--shown'], 2],
  ])('refuses %s and changes nothing', async (_, options, status) => {
    const { env, entry } = await installed();
    const before = entry();
    expect(await appimage(['customize', 'Probe', ...options], { env })).toMatchObject({ status });
    expect(entry()).toBe(before);
  });

  test('takes no path for an icon where no picture is', async () => {
    const { env } = await installed();
    const { status, stderr } = await appimage(['customize', 'Probe', '--icon', './nothing.png'], { env });
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining('a picture that is there') });
  });

  test('knows only what is in the menu', async () => {
    const { env } = await installed();
    expect(await appimage(['customize', 'Other', '--name', 'x'], { env })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('Cannot customize Other'),
    });
  });
});
