import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { appimage, startAppimage } from '../support/appimage.ts';
import { probeAppDir } from '../support/probe-app-dir.ts';

/** Builds an image whose AppRun is this shell script. */
async function buildProbe(script: string, name = 'probe.AppImage'): Promise<string> {
  const folder = temporaryFolder();
  probeAppDir(join(folder, 'AppDir'), script);
  const image = join(folder, name);
  const args = ['build', join(folder, 'AppDir'), '-o', image, '--arch', 'x86_64', '--quiet'];
  expect(await appimage(args)).toMatchObject({ status: 0, stderr: '' });
  return image;
}

describe('appimage run', () => {
  test.each([0, 7, 255])('ends with the status of the application: %i', async (status) => {
    const image = await buildProbe(`exit ${status}`);
    expect(await appimage(['run', image])).toMatchObject({ status, stdout: '', stderr: '' });
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGKILL', 'SIGSEGV', 'SIGPIPE'] as const)(
    'ends by the signal that ends the application: %s',
    async (signal) => {
      const image = await buildProbe(`kill -${constants.signals[signal]} $$`);
      expect(await appimage(['run', image])).toMatchObject({ signal });
    },
  );

  test('gives the application signal dispositions, mask and descriptors as a shell would', async () => {
    const script = 'grep -E "^Sig(Blk|Ign)" /proc/self/status; ls -v /proc/self/fd';
    const image = await buildProbe(script);
    const { stdout } = await appimage(['run', image]);
    expect(stdout).toContain(`SigBlk:\t${'0'.repeat(16)}\nSigIgn:\t${'0'.repeat(16)}\n0\n1\n2\n`);
    const inShell = await execa('sh', ['-c', script], { stdin: 'ignore', stripFinalNewline: false });
    expect(stdout).toBe(inShell.stdout);
  });

  test('becomes the application, so that signals reach it', async () => {
    const image = await buildProbe('trap "echo got it; exit 3" TERM; echo $$; while :; do sleep 0.1; done');
    const child = startAppimage(['run', image]);
    const pid = await new Promise((resolve) => child.stdout?.once('data', (data) => resolve(Number(String(data)))));
    expect(pid).toBe(child.pid);
    child.kill('SIGTERM');
    const { exitCode, stdout } = await child;
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: `${pid}\ngot it\n` });
  });

  test.each([
    { args: ['a b', '', 'c\nd', "'", '--json', '-h'], expected: ['a b', '', 'c\nd', "'", '--json', '-h'] },
    { args: ['--', '--help', '--'], expected: ['--help', '--'] },
    { args: ['--', '--appimage-help'], expected: ['--appimage-help'] },
  ])('hands on $args', async ({ args, expected }) => {
    const image = await buildProbe(String.raw`for word; do printf '%s\0' "$word"; done`);
    const { stdout } = await appimage(['run', image, ...args]);
    expect(stdout.split('\0').slice(0, -1)).toEqual(expected);
  });

  test('connects the application to standard input', async () => {
    const image = await buildProbe('cat');
    const { stdout } = await appimage(['run', image], { stdin: 'pipe', input: 'through\n' });
    expect(stdout).toBe('through\n');
  });

  test('leaves the environment and the working directory to the application', async () => {
    const image = await buildProbe(
      'echo "$MINE|${UV_THREADPOOL_SIZE-unset}|${TARGET_APPIMAGE-unset}|$APPIMAGE"; pwd -P',
    );
    const cwd = temporaryFolder();
    const { stdout } = await appimage(['run', image], { cwd, env: { MINE: 'mine', UV_THREADPOOL_SIZE: undefined } });
    expect(stdout).toBe(`mine|unset|unset|${image}\n${cwd}\n`);
  });

  test('starts a file that is not executable, in a path with spaces, quotes and newlines', async () => {
    const image = await buildProbe('echo started', 'my "probe"\n$x.AppImage');
    chmodSync(image, 0o644);
    expect(await appimage(['run', image])).toMatchObject({ status: 0, stdout: 'started\n', stderr: '' });
  });

  test('refuses an image for another processor', async () => {
    const image = await buildProbe('exit 0');
    const bytes = readFileSync(image);
    bytes.writeUInt16LE(258, 18); // e_machine: EM_LOONGARCH
    writeFileSync(image, bytes);
    const { status, stderr } = await appimage(['run', image], { env: { PATH: '/nowhere' } });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^appimage: Cannot run .*: it is for loongarch64, this machine is x86_64; .*\n$/);
  });

  test('prints what it would start, and starts nothing', async () => {
    const image = await buildProbe('echo started', 'my probe.AppImage');
    const { status, stdout } = await appimage(['run', '--dry-run', image, '--', 'two words']);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^env 'TARGET_APPIMAGE=\/.*my probe\.AppImage' TARGET_APPIMAGE_OFFSET=\d+ \/.*runtime-x86_64 'two words'\n$/,
    );
    const { stdout: json } = await appimage(['run', '--dry-run', '--json', image]);
    expect(JSON.parse(json)).toMatchObject({ argv0: image, args: [] });
  });

  test('starts an AppDir', async () => {
    const folder = join(temporaryFolder(), 'Probe.AppDir');
    probeAppDir(folder, 'echo "$APPDIR|$*"; exit 7');
    const expected = { status: 7, stdout: `${folder}|two words\n`, stderr: '' };
    expect(await appimage(['run', folder, 'two words'])).toMatchObject(expected);
  });

  test('goes on without the application when it is to be detached', async () => {
    const image = await buildProbe('echo "started $1"; exec sleep 600');
    const log = join(temporaryFolder(), 'log');
    const { status, stdout, stderr } = await appimage(['run', '--detach', '--log', log, '--json', image, 'it']);
    const { pid } = JSON.parse(stdout);
    onTestFinished(() => void process.kill(pid));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readFileSync(log, 'utf8')).toBe('started it\n');
  });

  test('tells how a start has failed that was to be detached', async () => {
    const image = await buildProbe('echo "no display" >&2; exit 5');
    const { status, stderr } = await appimage(['run', '--detach', image]);
    expect(status).toBe(1);
    expect(stderr).toBe(`appimage: Cannot start ${image}: it ended with status 5; no display\n`);
  });

  test('refuses what is no AppImage, with a code for programs', async () => {
    const file = join(temporaryFolder(), 'text');
    writeFileSync(file, 'text');
    const { status, stderr } = await appimage(['run', '--json', file]);
    expect(status).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'unsupported', path: file } });
  });
});
