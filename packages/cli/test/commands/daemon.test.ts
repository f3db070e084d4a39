import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { appimage, startAppimage } from '../support/appimage.ts';
import { entries, makeHome, type ProbeHome } from '../support/probe-home.ts';

interface Told {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Starts a daemon, which is killed with the test if it has not ended by then. */
function startDaemon({ env }: ProbeHome, args: readonly string[] = []) {
  const child = startAppimage(['daemon', '--json', ...args], { env, buffer: { stdout: false } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const events: Told[] = [];
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => events.push(JSON.parse(line)));
  const until = (isSo: () => boolean) =>
    vi.waitFor(
      () => {
        if (!isSo()) throw new Error(`It is not so yet: ${JSON.stringify(events)}`);
      },
      { timeout: 30_000, interval: 50 },
    );
  return { child, events, until };
}

describe('appimage daemon', { timeout: 60_000 }, () => {
  test('shows an image that comes, takes it away when it goes, and ends well when it is asked to', async () => {
    const home = await makeHome();
    mkdirSync(home.applications);
    const { child, events, until } = startDaemon(home);
    await until(() => events.some(({ event }) => event === 'synced'));
    chmodSync(home.download, 0o755);
    const path = join(home.applications, 'Probe.AppImage');
    renameSync(home.download, path);
    await until(() => entries(home.home).length === 1);
    rmSync(path);
    await until(() => entries(home.home).length === 0);
    await until(() => events.filter(({ event }) => event === 'synced').length === 3);
    expect(events[0]).toEqual({ event: 'watching', folders: [home.applications] });
    expect(events.at(-1)).toMatchObject({ event: 'synced', images: 0, written: [] });
    child.kill('SIGTERM');
    expect(await child).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('is the only one; another one says so', async () => {
    const home = await makeHome();
    const { events, until } = startDaemon(home);
    await until(() => events.length > 0);
    expect(await appimage(['daemon'], { env: home.env })).toEqual({
      status: 1,
      signal: undefined,
      stdout: '',
      stderr: 'appimage: Cannot start daemon: expected to be the only one, found one running\n',
    });
  });

  test('tells a sync that fails, and goes on once it does not', async () => {
    const home = await makeHome();
    mkdirSync(home.applications);
    const manifest = join(home.home, '.local', 'share', 'appimage', 'integration', 'manifest.json');
    const { child, events, until } = startDaemon(home);
    await until(() => events.some(({ event }) => event === 'synced'));
    chmodSync(home.download, 0o755);
    copyFileSync(home.download, join(home.applications, 'Probe.AppImage'));
    await until(() => events.some(({ images }) => images === 1));
    const text = readFileSync(manifest, 'utf8');
    expect(text).toContain('Probe.AppImage');
    // No sync goes on from what a newer program has written.
    writeFileSync(manifest, '{"version":99}');
    rmSync(join(home.applications, 'Probe.AppImage'));
    await until(() => events.some(({ event }) => event === 'failed'));
    expect(events.at(-1)).toMatchObject({ message: expect.stringContaining('newer program') });
    writeFileSync(manifest, text);
    await until(() => entries(home.home).length === 0);
    child.kill('SIGTERM');
    expect(await child).toMatchObject({ exitCode: 0 });
    expect(existsSync(manifest)).toBe(false);
  });

  test('speaks on standard error for people', async () => {
    const home = await makeHome();
    mkdirSync(home.applications);
    const child = startAppimage(['daemon'], { env: home.env });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stderr?.on('data', (chunk) => (said += chunk));
    await vi.waitFor(() => expect(said).toContain('Synced'), { timeout: 30_000, interval: 50 });
    child.kill('SIGINT');
    const { exitCode, stdout } = await child;
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
    expect(said.split('\n')).toEqual([
      `Watching ${home.applications}`,
      expect.stringMatching(/^Synced in \d+ ms \(AppImages: 0, files written: 0, removed: 0\)$/),
      '',
    ]);
  });
});
