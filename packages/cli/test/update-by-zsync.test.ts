import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { serveRanges } from '@appimage-js/testing/range-server';
import { expect } from 'vitest';
import { appimage } from './support/appimage.ts';
import { probeAppDir } from './support/probe-app-dir.ts';

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

testWith(['zsync'], 'zsync 0.6.2 updates from an older build, and fetches about what --against says', async () => {
  const folder = temporaryFolder();
  const appDir = join(folder, 'AppDir');
  probeAppDir(appDir);
  writeFileSync(join(appDir, 'kept'), randomBytes(2_000_000));
  writeFileSync(join(appDir, 'changes'), randomBytes(100_000));
  const build = (...args: string[]) => appimage(['build', 'AppDir', '--arch', 'x86_64', ...args], { cwd: folder });
  expect(await build('-o', 'old.AppImage')).toMatchObject({ status: 0 });
  writeFileSync(join(appDir, 'changes'), randomBytes(100_000));
  mkdirSync(join(folder, 'site'));
  const built = await build('-o', 'site/App.AppImage', '--zsync', '--against', 'old.AppImage', '--json');
  expect(built).toMatchObject({ status: 0, stderr: '' });
  const { bytesToFetch, parts } = JSON.parse(built.stdout).delta;
  expect(parts[0]).toMatchObject({ what: { path: 'changes' }, reason: 'changed' });

  const names = ['App.AppImage', 'App.AppImage.zsync'];
  await using server = await serveRanges(
    Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, 'site', name))])),
  );
  const args = ['-q', '-i', 'old.AppImage', '-o', 'new.AppImage', `${server.url}App.AppImage.zsync`];
  await promisify(execFile)('zsync', args, { cwd: folder });
  expect(sha256(join(folder, 'new.AppImage'))).toBe(sha256(join(folder, 'site/App.AppImage')));
  const fetched = server.sent.get('App.AppImage');
  // The client reads whole blocks that it has begun, and neighbours of what it has found.
  expect(fetched).toBeGreaterThanOrEqual(bytesToFetch * 0.9);
  expect(fetched).toBeLessThan(bytesToFetch + 200_000);
});
