import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { expect, onTestFinished } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { entries, makeHome, writeProbe } from '../support/probe-home.ts';

testWith(
  ['mount', 'root'],
  'an application is listed as away with its medium, and can be removed meanwhile',
  async () => {
    const { home, env } = await makeHome();
    const medium = temporaryFolder();
    run('mount', ['-t', 'tmpfs', 'stick', medium]);
    onTestFinished(() => void run('umount', [medium]));
    const path = await writeProbe(join(medium, 'Probe.AppImage'), '1.0');
    expect(await appimage(['install', '--yes', '--in-place', path], { env })).toMatchObject({ status: 0, stderr: '' });
    expect((await appimage(['list'], { env })).stdout).toBe(`Probe 1.0  ${path}\n`);

    // Another medium at its place, with a file of the same name, which is not the one to be removed.
    run('mount', ['-t', 'tmpfs', 'another', medium]);
    onTestFinished(() => void run('umount', [medium]));
    await appimage(['sync'], { env });
    expect((await appimage(['list'], { env })).stdout).toBe(`Probe 1.0  ${path}, away with its medium\n`);
    const [entry] = entries(home);
    const text = readFileSync(join(home, '.local', 'share', 'applications', entry as string), 'utf8');
    expect(text).toContain('\nHidden=true\n');
    const other = await writeProbe(path, '2.0');
    const { status, stdout } = await appimage(['remove', '--yes', '--json', 'Probe'], { env });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ path, trash: null });
    expect(readFileSync(other).length).toBeGreaterThan(0);
    expect(entries(home)).toEqual([]);
  },
);
