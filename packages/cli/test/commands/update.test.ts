import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedFolder, temporaryFolder } from '@appimage-js/testing';
import { execa } from 'execa';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { probeRelease } from '../support/probe-release.ts';
import { serveReleases } from '../support/release-server.ts';

const content = randomBytes(2_000_000);
const folder = sharedFolder();
const releases: Record<'old' | 'new', Awaited<ReturnType<typeof probeRelease>>> = {} as never;

beforeAll(async () => {
  releases.old = await probeRelease(folder, '1.0', { content });
  releases.new = await probeRelease(folder, '2.0', { content });
});

/** A user with version 1.0, and a server with 2.0. */
async function start() {
  const home = temporaryFolder();
  const server = await serveReleases(join(home, 'data'));
  onTestFinished(() => server[Symbol.asyncDispose]());
  server.release = releases.new;
  const file = join(home, 'Probe.AppImage');
  writeFileSync(file, releases.old.image, { mode: 0o755 });
  const env = { ...server.environment, HOME: home };
  return { home, server, file, env, run: (...args: string[]) => appimage(args, { cwd: home, env }) };
}

describe('appimage update', () => {
  test('says with --check that there is an update, by the status, too, and changes nothing', async () => {
    const { run, file } = await start();
    const { status, stdout, stderr } = await run('update', '--check', 'Probe.AppImage');
    expect({ status, stderr }).toEqual({ status: 3, stderr: '' });
    expect(stdout).toMatch(/^Probe\.AppImage: 1\.0 can be updated to v2\.0, 2(\.\d+)? MB in all\n$/);
    expect(readFileSync(file)).toEqual(Buffer.from(releases.old.image));
    const json = await run('update', '--check', '--json', 'Probe.AppImage');
    expect(json.status).toBe(3);
    expect(JSON.parse(json.stdout)).toMatchObject({
      file: 'Probe.AppImage',
      state: 'available',
      installed: { version: '1.0' },
      offered: { name: 'Probe-2.0-x86_64.AppImage', version: 'v2.0', size: releases.new.image.length },
    });
  });

  test('fetches a few per cent, replaces the file, and has nothing to do the next time', async () => {
    const { run, file, server } = await start();
    const { status, stdout, stderr } = await run('update', 'Probe.AppImage');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Probe\.AppImage: updated from 1\.0 to 2\.0; \d+(\.\d+)? kB fetched, 9\d % of 2(\.\d+)? MB was here; there is no signature\n$/,
    );
    expect(server.sent).toBeLessThan(releases.new.image.length / 10);
    expect(readFileSync(file)).toEqual(Buffer.from(releases.new.image));
    expect((await execa(file, { reject: false })).stdout).toBe('2.0');

    expect(await run('update', 'Probe.AppImage')).toMatchObject({
      status: 0,
      stdout: 'Probe.AppImage: up to date (2.0)\n',
    });
    expect(await run('update', '--check', 'Probe.AppImage')).toMatchObject({ status: 0 });
  });

  test('does not let a server write to the terminal', async () => {
    const { run, server } = await start();
    server.release = { ...releases.new, tag: 'v2\u001b]0;mine\u0007\n' };
    const { status, stdout } = await run('update', '--check', 'Probe.AppImage');
    expect({ status, stdout }).toMatchObject({ status: 3, stdout: expect.stringContaining('v2\\x1b]0;mine\\x07\\n') });
    expect(stdout.trimEnd()).not.toMatch(/\p{Cc}/u);
  });

  test('says how to have a version again that was taken back', async () => {
    const { run } = await start();
    await run('update', 'Probe.AppImage');
    await run('rollback', 'Probe.AppImage');
    const held = 'Probe.AppImage: version 2.0 is offered, which was taken back before; --retry takes it again\n';
    expect(await run('update', 'Probe.AppImage')).toMatchObject({ status: 0, stdout: held });
    expect(await run('update', '--check', 'Probe.AppImage')).toMatchObject({ status: 0, stdout: held });
    expect(await run('update', '--retry', 'Probe.AppImage')).toMatchObject({ status: 0 });
  });

  test('prints with --json what the library answers', async () => {
    const { run } = await start();
    const { status, stdout, stderr } = await run('update', '--json', 'Probe.AppImage');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      state: 'updated',
      updated: { version: '2.0', size: releases.new.image.length },
      transfer: { method: 'delta' },
      trust: { state: 'unsigned' },
      kept: { version: '1.0' },
    });
  });

  test('never takes a check that failed for "up to date"', async () => {
    const { run, server, file } = await start();
    server.release = null;
    for (const args of [['update', '--check'], ['update'], ['update', '--check', '--json']]) {
      const { status, stdout, stderr } = await run(...args, 'Probe.AppImage');
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(/rate|limit|less often/i);
    }
    expect(readFileSync(file)).toEqual(Buffer.from(releases.old.image));
  });

  test('goes through --all and folders, and one failure does not keep the others from their turn', async () => {
    const { run, home } = await start();
    for (const name of ['Applications', 'more']) mkdirSync(join(home, name));
    writeFileSync(join(home, 'Applications/one.AppImage'), releases.old.image, { mode: 0o755 });
    writeFileSync(join(home, 'Applications/broken.AppImage'), 'no image');
    writeFileSync(join(home, 'more/two'), releases.old.image, { mode: 0o755 });
    writeFileSync(join(home, 'more/notes.txt'), 'notes');
    const { status, stdout, stderr } = await run('update', '--all', 'more', '--json');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject([
      { file: 'more/two', state: 'updated' },
      { file: join(home, 'Applications/broken.AppImage'), error: { code: 'not-found' } },
      { file: join(home, 'Applications/one.AppImage'), state: 'updated' },
    ]);
    const again = await run('update', '--all', 'more');
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining('broken.AppImage') });
    expect(again.stdout.match(/: up to date \(2\.0\)/g)).toHaveLength(2);
  });

  test('updates the AppImage that it runs from', async () => {
    const { home, env, file } = await start();
    const inOther = { ...env, APPIMAGE: file, APPDIR: home };
    expect(await appimage(['update', '--self'], { cwd: home, env: inOther })).toMatchObject({ status: 2 });
    const inOwn = { ...env, APPIMAGE: file, APPDIR: join(import.meta.dirname, '../..') };
    expect(await appimage(['update', '--self'], { cwd: home, env: inOwn })).toMatchObject({ status: 0 });
    expect(readFileSync(file)).toEqual(Buffer.from(releases.new.image));
  });

  test('rolls a version back that fails its check, with status 1', async () => {
    const { run, file } = await start();
    const { status, stdout } = await run('update', 'Probe.AppImage', '--health-check', '"$APPIMAGE" | grep 3.0');
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout:
        'Probe.AppImage: the new version failed its check, so the old one was brought back: it ended with status 1\n',
    });
    expect(readFileSync(file)).toEqual(Buffer.from(releases.old.image));
    expect(await run('update', 'Probe.AppImage')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('taken back'),
    });
    const passing = ['--retry', '--health-check', '"$APPIMAGE" | grep 2.0'];
    expect(await run('update', 'Probe.AppImage', ...passing)).toMatchObject({ status: 0 });
    expect(readFileSync(file)).toEqual(Buffer.from(releases.new.image));
  });

  test('leaves an application that is running as it is', async () => {
    const { run, file, home } = await start();
    const script = 'echo started; while [ ! -e go ]; do sleep 0.05; done; cat "$APPDIR/content" | wc -c';
    const running = await probeRelease(join(home, 'build'), '0.9', { script, content });
    writeFileSync(file, running.image, { mode: 0o755 });
    const application = execa(file, { cwd: home, reject: false });
    let printed = '';
    application.stdout?.on('data', (text) => {
      printed += text;
    });
    await vi.waitFor(() => expect(printed).toContain('started'), { timeout: 30_000 });
    expect(await run('update', 'Probe.AppImage', '--keep', '0')).toMatchObject({ status: 0 });
    writeFileSync(join(home, 'go'), '');
    expect(await application).toMatchObject({ exitCode: 0, stdout: `started\n${content.length}` });
  });

  test.each([
    [[], 'missing FILE, --all or --self'],
    [['x', '--remember'], '--remember needs --source'],
    [['x', '--keep', 'many'], 'whole number'],
    [['x', '--jobs', '0'], '--jobs must be at least 1'],
    [['Probe.AppImage', '--trust-new-key', 'ABCD'], '40 or 64 hexadecimal digits'],
  ])('refuses %j as wrong usage', async (args, message) => {
    const { run } = await start();
    const { status, stdout, stderr } = await run('update', ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('appimage rollback', () => {
  test('lists what is kept, and brings it back', async () => {
    const { run, file, home } = await start();
    expect(await run('rollback', '--list', 'Probe.AppImage')).toMatchObject({
      status: 0,
      stdout: 'Probe.AppImage: no old version is kept\n',
    });
    await run('update', 'Probe.AppImage');
    const { stdout } = await run('rollback', '--list', 'Probe.AppImage');
    expect(stdout).toMatch(/^1 {2}1\.0 {2}replaced \d{4}-\d\d-\d\d, 2(\.\d+)? MB\n$/);
    expect(await run('rollback', 'Probe.AppImage')).toMatchObject({
      status: 0,
      stdout: 'Probe.AppImage: 1.0 is back, in place of 2.0\n',
    });
    expect(readFileSync(file)).toEqual(Buffer.from(releases.old.image));
    expect(existsSync(join(home, '.appimage-versions/Probe.AppImage'))).toBe(true);
    expect(await run('rollback', '--json', '--to', '9.9', 'Probe.AppImage')).toMatchObject({ status: 1, stdout: '' });
    const json = await run('rollback', '--json', '--to', '2.0', 'Probe.AppImage');
    expect(JSON.parse(json.stdout)).toMatchObject({ restored: { version: '2.0' }, kept: { version: '1.0' } });
  });
});
