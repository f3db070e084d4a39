import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describeWith, temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test, vi } from 'vitest';
import { startAppimage } from './support/appimage.ts';
import { file, writeDwarfs, writeImage } from './support/images.ts';
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

describeWith(['sh'], 'SIGTERM while an image is unpacked by a program', () => {
  test.each([['info'], ['ls'], ['cat', 'file'], ['extract']])(
    'ends %s, that program, and what was unpacked',
    async (command, ...paths) => {
      const folder = temporaryFolder();
      for (const name of ['bin', 'temporary']) mkdirSync(join(folder, name));
      const pidFile = join(folder, 'pid');
      const script = '#!/bin/sh\necho $$ > "$PID_FILE.new"\nmv "$PID_FILE.new" "$PID_FILE"\nexec sleep 60\n';
      writeFileSync(join(folder, 'bin/dwarfsextract'), script, { mode: 0o755 });
      const image = writeDwarfs(join(folder, 'x.dwarfs'));
      const child = startAppimage([command, image, ...paths], {
        cwd: folder,
        env: {
          PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter),
          PID_FILE: pidFile,
          TMPDIR: join(folder, 'temporary'),
        },
      });
      await vi.waitFor(() => expect(existsSync(pidFile)).toBe(true), { timeout: 20_000 });
      child.kill('SIGTERM');
      const { exitCode, stdout, stderr } = await child;
      const stopped = { exitCode: 143, stdout: '', stderr: 'appimage: Interrupted by SIGTERM\n' };
      expect({ exitCode, stdout, stderr }).toEqual(stopped);
      expect(() => process.kill(Number.parseInt(readFileSync(pidFile, 'utf8'), 10), 0)).toThrow('ESRCH');
      expect(readdirSync(join(folder, 'temporary'))).toEqual([]);
      expect(readdirSync(folder).sort()).toEqual(['bin', 'pid', 'temporary', 'x.dwarfs']);
    },
  );
});

test('SIGTERM stops a command even while nobody reads its output', async () => {
  const folder = temporaryFolder();
  const image = await writeImage(join(folder, 'x.squashfs'), { large: file(new Uint8Array(8_000_000)) });
  const child = startAppimage(['cat', image, 'large'], { buffer: false });
  child.catch(() => undefined);
  const exit = once(await child.nodeChildProcess, 'exit');
  await once(child.stdout as NodeJS.ReadableStream, 'readable');
  child.kill('SIGTERM');
  expect(await exit).toEqual([143, null]);
});
