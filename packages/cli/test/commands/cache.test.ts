import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, run, temporaryFolder } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { appimage, startAppimage } from '../support/appimage.ts';
import { probeAppDir } from '../support/probe-app-dir.ts';

/** An image that no runtime of ours can open, and a place for what is unpacked of it. */
function lzoImage() {
  const folder = temporaryFolder();
  onTestFinished(() => void run('chmod', ['-R', 'u+w', folder]));
  probeAppDir(join(folder, 'AppDir'), 'echo "$APPDIR"');
  const image = join(folder, 'probe.sfs');
  run('mksquashfs', [join(folder, 'AppDir'), image, '-noappend', '-quiet', '-no-progress', '-comp', 'lzo']);
  const env = { XDG_CACHE_HOME: join(folder, 'cache'), HOME: folder, TMPDIR: folder, XDG_RUNTIME_DIR: undefined };
  return { folder, image, env };
}

describeWith(['mksquashfs'], 'appimage cache', () => {
  test('lists what was unpacked, tells how large it is, and removes it', async () => {
    const { image, env, folder } = lzoImage();
    const { stdout: directory } = await appimage(['run', image], { env });
    const { stdout: listed } = await appimage(['cache', '--json'], { env });
    const [tree] = JSON.parse(listed).filter(({ path }: { path: string }) => path.startsWith(folder));
    expect(tree).toMatchObject({ path: directory.trim(), name: 'Probe', kind: 'image', inUse: false });
    expect((await appimage(['cache'], { env })).stdout).toContain(`${tree.key}  Probe, `);
    expect((await appimage(['cache', 'size'], { env })).stdout).toMatch(/ in \d+ images?\n$/);
    const dry = await appimage(['cache', 'clean', '--dry-run', tree.key], { env });
    expect(dry).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Would remove 1 image/) });
    expect(existsSync(tree.path)).toBe(true);
    const { status, stdout } = await appimage(['cache', 'clean', 'Probe'], { env });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^Removed 1 image/) });
    expect(existsSync(tree.path)).toBe(false);
  });

  test('evicts what is old or too much, and nothing else', async () => {
    const { image, env } = lzoImage();
    const { stdout } = await appimage(['run', image], { env });
    const directory = stdout.trim();
    await appimage(['cache', 'evict', '--older-than', '1d'], { env });
    await appimage(['cache', 'evict', '--max-size', '8G'], { env });
    expect(existsSync(directory)).toBe(true);
    await appimage(['cache', 'evict', '--max-size', '0'], { env });
    expect(existsSync(directory)).toBe(false);
  });

  test.each([
    [['cache', 'evict'], 'expected --older-than or --max-size'],
    [['cache', 'shrink'], 'ACTION must be list, size, clean, evict'],
    [['cache', 'evict', '--older-than', 'long'], 'It must be a time span'],
  ])('refuses %j', async (args, message) => {
    expect(await appimage(args)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
  });
});

describe('appimage mount', () => {
  test('shows the files under a name for as long as it runs', async () => {
    const folder = temporaryFolder();
    probeAppDir(join(folder, 'AppDir'));
    const image = join(folder, 'probe.AppImage');
    await appimage(['build', join(folder, 'AppDir'), '-o', image, '--arch', 'x86_64', '--quiet']);
    const link = join(folder, 'mounted');
    const child = startAppimage(['mount', image, link], { env: { TMPDIR: folder } });
    const line = await new Promise<string>((resolve) => child.stdout?.once('data', (data) => resolve(String(data))));
    expect(line).toBe(`${link}\n`);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readdirSync(link)).toContain('probe.desktop');
    child.kill('SIGINT');
    const { exitCode, stderr } = await child;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(existsSync(link)).toBe(false);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(folder);
  });

  test('refuses a name that is taken', async () => {
    const folder = temporaryFolder();
    probeAppDir(join(folder, 'AppDir'));
    const { status, stderr } = await appimage(['mount', join(folder, 'AppDir'), folder]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('EEXIST') });
  });
});
