import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { entries, listing, makeHome, writeProbe } from '../support/probe-home.ts';

/** An image, and the entry that the script of the blog about NixOS writes for it. */
async function makeForeignHome() {
  const { home, env, applications } = await makeHome();
  mkdirSync(applications);
  const image = await writeProbe(join(applications, 'Cursor-0.48.6.AppImage'), '0.48.6');
  chmodSync(image, 0o755);
  const entry = join(home, '.local', 'share', 'applications', 'Cursor-0.48.6-appimage.desktop');
  mkdirSync(dirname(entry), { recursive: true });
  const exec = `/nix/store/x-appimage-run/bin/appimage-run "${image}"`;
  writeFileSync(
    entry,
    `[Desktop Entry]\nName=Cursor-0.48.6\nExec=${exec}\nType=Application\nCategories=Utility;\nTerminal=false\n`,
  );
  return { home, env, image, entry };
}

describe('what other integrators show', () => {
  test('is listed, and not shown a second time', async () => {
    const { home, env, image, entry } = await makeForeignHome();
    const listed = await appimage(['list', '--foreign'], { env });
    expect(listed.stdout).toBe(`Cursor-0.48.6  ${entry}, of appimage-sync, starts ${image}\n`);
    const { stdout } = await appimage(['list', '--foreign', '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({ entries: [{ tool: 'appimage-sync', image, state: 'live' }] });
    await appimage(['sync'], { env });
    expect(entries(home)).toEqual(['Cursor-0.48.6-appimage.desktop']);
    expect((await appimage(['list'], { env })).stdout).toContain('appimage-sync shows it already');
  });

  test('is taken over on request, after a trial that changes nothing', async () => {
    const { home, env, image, entry } = await makeForeignHome();
    const before = listing(home);
    const trial = await appimage(['sync', '--adopt', '--clean', '--dry-run'], { env });
    expect(trial.stderr).toBe('');
    expect(trial.stdout.split('\n')).toEqual(expect.arrayContaining([`adopt ${image}`, `trash ${entry}`]));
    const planned = await appimage(['sync', '--adopt', '--dry-run', '--json'], { env });
    expect(JSON.parse(planned.stdout)).toMatchObject({ state: 'planned', adoptions: [{ image, entry }] });
    expect(listing(home)).toEqual(before);
    const { stdout, status } = await appimage(['sync', '--adopt'], { env });
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Menu entries of others taken over: 1\n'),
    });
    expect(entries(home)).toEqual([expect.stringMatching(/^appimage-js-/)]);
    expect(readdirSync(join(home, '.local', 'share', 'Trash', 'files'))).toEqual(['Cursor-0.48.6-appimage.desktop']);
    expect((await appimage(['sync', '--adopt', '--dry-run'], { env })).stdout).toBe('Nothing would change\n');
  });

  test('is cleaned on request once the image is gone', async () => {
    const { home, env, image, entry } = await makeForeignHome();
    rmSync(image);
    await appimage(['sync'], { env });
    expect(existsSync(entry)).toBe(true);
    const { stdout } = await appimage(['sync', '--clean', '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({ state: 'done', cleaned: [entry] });
    expect(entries(home)).toEqual([]);
  });

  test('is told when the user installs the image all the same', async () => {
    const { home, env, image, entry } = await makeForeignHome();
    const { stderr, status } = await appimage(['install', '--yes', '--in-place', image], { env });
    expect({ status, stderr }).toMatchObject({
      status: 0,
      stderr: expect.stringContaining(`appimage-sync has shown it already, by ${entry}`),
    });
    expect(entries(home)).toHaveLength(2);
  });
});

describe('where the user wants no integration', () => {
  test('an image that is installed is shown, others are not, and what is shown stays right', async () => {
    const { home, env, download } = await makeHome();
    const refusal = join(home, '.local', 'share', 'appimagekit', 'no_desktopintegration');
    mkdirSync(dirname(refusal), { recursive: true });
    writeFileSync(refusal, '');
    mkdirSync(join(home, 'Applications'));
    chmodSync(await writeProbe(join(home, 'Applications', 'other.AppImage'), '0.9'), 0o755);
    const installed = await appimage(['install', '--yes', download], { env });
    expect(installed).toMatchObject({ status: 0, stderr: expect.stringContaining(`${refusal} is there`) });
    expect(entries(home)).toHaveLength(1);
    const path = join(home, 'Applications', 'Probe-1.AppImage');
    await writeProbe(path, '1.1');
    chmodSync(path, 0o755);
    const { stdout } = await appimage(['sync', '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({ state: 'opted-out', images: [{ path, version: '1.1' }] });
    expect(entries(home)).toHaveLength(1);
    expect((await appimage(['sync', '--force'], { env })).status).toBe(0);
    expect(entries(home)).toHaveLength(2);
    expect(readFileSync(refusal, 'utf8')).toBe('');
  });
});
