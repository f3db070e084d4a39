import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { expect, onTestFinished, vi } from 'vitest';
import { makeHome } from '../support/home.ts';
import { probeEntry, writeAppImage } from '../support/image.ts';

const PROGRAM = fileURLToPath(new URL('daemon-process.ts', import.meta.url));
const LIMIT = '/proc/sys/user/max_inotify_watches';
const namespaces = {
  name: 'user namespaces with limits of their own',
  isThere: spawnSync('unshare', ['-Ur', 'sh', '-c', `echo 0 >${LIMIT}`]).status === 0,
};

testWith(
  [namespaces, 'nsenter'],
  'a daemon polls under a real limit of watches, and no longer once it is lifted',
  async () => {
    const home = makeHome();
    const image = await writeAppImage(join(temporaryFolder(), 'a'), { AppRun: '', 'a.desktop': probeEntry('1.0') });
    const node = [process.execPath, '--conditions=@appimage-js/source', '--disable-warning=ExperimentalWarning'];
    const start = `echo 0 >${LIMIT}; exec "$@"`;
    const child = spawn('unshare', ['-Ur', 'sh', '-c', start, 'sh', ...node, PROGRAM, home.folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const closed = once(child, 'close');
    const events: { readonly event: string; readonly state?: string; readonly images?: number }[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line)));
    const until = (expected: object) =>
      vi.waitFor(() => expect(events).toContainEqual(expect.objectContaining(expected)), {
        timeout: 30_000,
        interval: 50,
      });

    await until({ event: 'folder', folder: home.applications, state: 'polled' });
    await until({ event: 'synced', images: 0 });
    const path = join(home.applications, 'Probe.AppImage');
    renameSync(image, path);
    await until({ event: 'synced', images: 1 });
    run('nsenter', ['-U', '--preserve-credentials', '-t', String(child.pid), 'sh', '-c', `echo 100 >${LIMIT}`]);
    await until({ event: 'folder', folder: home.applications, state: 'watched' });
    const count = events.length;
    rmSync(path);
    await vi.waitFor(() => expect(events.slice(count)).toContainEqual(expect.objectContaining({ images: 0 })), 30_000);
    child.kill('SIGTERM');
    await closed;
  },
);
