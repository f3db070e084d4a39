import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@appimage-js/testing';
import { execa, type Options } from 'execa';
import { describe, expect, test } from 'vitest';
import { launch, planLaunch, readHost, readImage } from '../src/index.ts';
import { writeAppImage } from './write-app-image.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

function start(way: 'launch' | 'become', file: string, args: readonly string[] = [], options: Options = {}) {
  const command = ['--conditions=@appimage-js/source', CHILD, way, file, ...args];
  return execa(process.execPath, command, { reject: false, stdin: 'ignore', stripFinalNewline: false, ...options });
}

describe.each(['launch', 'become'] as const)('an application that was started by %s', (way) => {
  test.each([0, 7, 255])('decides about the exit status: %i', async (status) => {
    const image = await writeAppImage(join(temporaryFolder(), 'x.AppImage'), `exit ${status}`);
    const { exitCode, signal } = await start(way, image);
    expect({ exitCode, signal }).toEqual({ exitCode: status, signal: undefined });
  });

  test('gets its arguments as they are', async () => {
    const image = await writeAppImage(
      join(temporaryFolder(), 'x.AppImage'),
      String.raw`for word; do printf '%s\0' "$word"; done`,
    );
    const args = ['two words', '', 'two\nlines', '"quotes\'', '$HOME', '--', '-x'];
    const { stdout } = await start(way, image, args);
    expect(String(stdout).split('\0').slice(0, -1)).toEqual(args);
  });

  test('reads the standard input', async () => {
    const image = await writeAppImage(join(temporaryFolder(), 'x.AppImage'), 'cat');
    const { stdout } = await start(way, image, [], { stdin: 'pipe', input: 'through\n' });
    expect(stdout).toBe('through\n');
  });

  test('knows its file, and no more of how it was started', async () => {
    const folder = temporaryFolder();
    await writeAppImage(join(folder, 'my app.AppImage'), 'echo "$APPIMAGE|$ARGV0|$OWD|${TARGET_APPIMAGE-unset}"');
    const { stdout } = await start(way, './my app.AppImage', [], { cwd: folder });
    expect(stdout).toBe(`${folder}/my app.AppImage|./my app.AppImage|${folder}|unset\n`);
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGINT'] as const)('gets %s', async (signal) => {
    const name = signal.slice(3);
    // Starts nothing meanwhile: a signal that comes while dash does is lost.
    const script = `trap 'echo got ${name}; exit 3' ${name}; echo ready; while :; do :; done`;
    const image = await writeAppImage(join(temporaryFolder(), 'x.AppImage'), script);
    const child = start(way, image);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    child.kill(signal);
    const { exitCode, stdout } = await child;
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: `ready\ngot ${name}\n` });
  });

  test('has no signal ignored or blocked', async () => {
    const image = await writeAppImage(
      join(temporaryFolder(), 'x.AppImage'),
      'grep -E "^Sig(Blk|Ign)" /proc/self/status',
    );
    const { stdout } = await start(way, image);
    expect(stdout).toBe(`SigBlk:\t${'0'.repeat(16)}\nSigIgn:\t${'0'.repeat(16)}\n`);
  });
});

describe('launch', () => {
  test.each(['SIGTERM', 'SIGKILL', 'SIGSEGV'] as const)('tells that %s ended the application', async (signal) => {
    const number = constants.signals[signal];
    const image = await writeAppImage(join(temporaryFolder(), 'x.AppImage'), `kill -${number} $$`);
    const { exitCode, stderr } = await start('launch', image);
    expect(exitCode).toBe(128 + number);
    expect(JSON.parse(String(stderr))).toEqual({ status: 128 + number, signal });
  });

  test('ends the application when it is aborted', async () => {
    const image = await writeAppImage(join(temporaryFolder(), 'x.AppImage'), 'exec sleep 600');
    const plan = planLaunch({ file: image, image: await readImage(image), host: readHost() });
    const controller = new AbortController();
    const launched = launch(plan, { signal: controller.signal });
    controller.abort();
    expect(await launched).toEqual({ status: 143, signal: 'SIGTERM' });
  });

  test('leaves no listener behind', async () => {
    const image = await writeAppImage(join(temporaryFolder(), 'x.AppImage'), 'exit 0');
    const before = process.listenerCount('SIGTERM');
    await launch(planLaunch({ file: image, image: await readImage(image), host: readHost() }));
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });

  test('tells that there is nothing to start', async () => {
    const plan = { command: '/nowhere/runtime', argv0: 'x', args: [], env: {}, cwd: '/' };
    await expect(launch(plan)).rejects.toMatchObject({ name: 'AppImageError', code: 'io', path: '/nowhere/runtime' });
  });
});

describe('becomeApplication', () => {
  test.each(['SIGTERM', 'SIGKILL', 'SIGPIPE'] as const)('ends by the very signal: %s', async (signal) => {
    const image = await writeAppImage(join(temporaryFolder(), 'x.AppImage'), `kill -${constants.signals[signal]} $$`);
    expect((await start('become', image)).signal).toBe(signal);
  });

  test('keeps the process', async () => {
    const image = await writeAppImage(join(temporaryFolder(), 'x.AppImage'), 'echo $$');
    const child = start('become', image);
    expect((await child).stdout).toBe(`${child.pid}\n`);
  });
});

describe('readImage', () => {
  test('finds the payload behind the runtime', async () => {
    const image = await writeAppImage(join(temporaryFolder(), 'x.AppImage'), 'exit 0');
    const offset = readFileSync(image).lastIndexOf('hsqs');
    expect(await readImage(image)).toEqual({
      type: 'type-2',
      architectures: ['x86_64'],
      payload: { kind: 'squashfs', offset, compression: 'zstd' },
    });
  });

  test('refuses a file that is not there', async () => {
    await expect(readImage('/nowhere/x')).rejects.toMatchObject({ code: 'io', path: '/nowhere/x' });
  });
});
