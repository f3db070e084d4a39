import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { probeRelease } from '../support/probe-release.ts';
import { serveReleases } from '../support/release-server.ts';

test('update and rollback find an application by its name in the menu, and the menu shows what is there then', async () => {
  const home = temporaryFolder();
  await using server = await serveReleases(join(home, 'data'));
  const old = await probeRelease(join(home, 'old'), '1.0');
  server.release = await probeRelease(join(home, 'new'), '2.0');
  const file = join(home, 'Probe.AppImage');
  writeFileSync(file, old.image, { mode: 0o755 });
  const env = { ...server.environment, HOME: home };
  const run = (...args: string[]) => appimage(args, { cwd: home, env });
  const shownVersion = () => {
    const folder = join(server.environment['XDG_DATA_HOME'] as string, 'applications');
    const [entry = ''] = readdirSync(folder).filter((name) => name.endsWith('.desktop'));
    return /^X-AppImage-Version=(.*)$/m.exec(readFileSync(join(folder, entry), 'utf8'))?.[1];
  };
  expect(await run('install', '--yes', '--in-place', 'Probe.AppImage')).toMatchObject({ status: 0 });
  expect(shownVersion()).toBe('1.0');
  expect(await run('update', 'probe')).toMatchObject({ status: 0, stdout: expect.stringContaining('from 1.0 to 2.0') });
  expect(shownVersion()).toBe('2.0');
  expect(await run('update', '--all')).toMatchObject({ status: 0, stdout: expect.stringContaining(`${file}: `) });
  expect(await run('rollback', 'Probe.AppImage')).toMatchObject({ status: 0 });
  expect(shownVersion()).toBe('1.0');
});
