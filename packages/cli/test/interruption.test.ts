import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { startAppimage } from './support/appimage.ts';
import { file, writeImage } from './support/images.ts';
import { probeAppDir } from './support/probe-app-dir.ts';

/** Text that takes long to compress: words out of a hash. */
function slowText(megabytes: number): string {
  const hash = createHash('shake256', { outputLength: megabytes * 500_000 })
    .update('slow')
    .digest('hex');
  return hash.replaceAll('0', ' ');
}

/** Starts a build in that folder that takes far longer than a test waits before it interrupts. */
function startSlowBuild(folder: string) {
  probeAppDir(join(folder, 'AppDir'));
  writeFileSync(join(folder, 'AppDir/slow'), slowText(40));
  return startAppimage(['build', 'AppDir', '-o', 'x.AppImage', '--arch', 'x86_64', '--level', '22'], { cwd: folder });
}

/** Waits until a command has put something into a directory beside what is there already, or has ended. */
async function firstTrace(folder: string, command: Promise<unknown>): Promise<void> {
  const known = readdirSync(folder).length;
  let ended = false;
  void command.then(() => {
    ended = true;
  });
  while (readdirSync(folder).length === known && !ended) await delay(5);
}

describe.each([
  { signal: 'SIGINT', status: 130 },
  { signal: 'SIGTERM', status: 143 },
  { signal: 'SIGHUP', status: 129 },
] as const)('$signal', ({ signal, status }) => {
  test(`stops a build with status ${status}, and nothing is left of it`, async () => {
    const folder = temporaryFolder();
    const child = startSlowBuild(folder);
    await firstTrace(folder, child);
    child.kill(signal);
    const { exitCode, stdout, stderr } = await child;
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: status,
      stdout: '',
      stderr: `appimage: Interrupted by ${signal}\n`,
    });
    expect(readdirSync(folder)).toEqual(['AppDir']);
  });
});

test('SIGINT that arrives twice, as under npm, still leaves nothing of a build', async () => {
  const folder = temporaryFolder();
  const child = startSlowBuild(folder);
  await firstTrace(folder, child);
  child.kill('SIGINT');
  await delay(20);
  child.kill('SIGINT');
  expect((await child).exitCode).toBe(130);
  expect(readdirSync(folder)).toEqual(['AppDir']);
});

test('SIGTERM stops an extraction, and nothing is left of it', async () => {
  const folder = temporaryFolder();
  const files = Array.from({ length: 20_000 }, (_, index) => [`file-${index}`, file(`content ${index}`)] as const);
  const image = await writeImage(join(folder, 'x.squashfs'), Object.fromEntries(files));
  const child = startAppimage(['extract', image, '-d', 'out', '--json'], { cwd: folder });
  await firstTrace(folder, child);
  child.kill('SIGTERM');
  const { exitCode, stdout, stderr } = await child;
  expect({ exitCode, stdout }).toEqual({ exitCode: 143, stdout: '' });
  expect(JSON.parse(String(stderr))).toEqual({ error: { code: 'interrupted', message: 'Interrupted by SIGTERM' } });
  expect(readdirSync(folder)).toEqual(['x.squashfs']);
});
