import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { file, writeImage } from '../support/images.ts';
import { probeAppDir } from '../support/probe-app-dir.ts';

describe('appimage info', () => {
  test('prints the fields that others rely on, and nothing else, with --json', async () => {
    const folder = temporaryFolder();
    probeAppDir(join(folder, 'AppDir'));
    const image = join(folder, 'probe.AppImage');
    const updates = ['--update-info', 'zsync|https://example.org/probe.zsync'];
    expect(
      await appimage(['build', join(folder, 'AppDir'), '-o', image, '--arch', 'x86_64', ...updates]),
    ).toMatchObject({
      status: 0,
    });
    const { status, stdout, stderr } = await appimage(['info', '--json', image]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'type-2',
      architectures: ['x86_64'],
      payload: { kind: 'squashfs', compression: 'zstd', blockSize: 131_072, offset: expect.any(Number) },
      name: 'Probe',
      version: '1.2.3',
      desktopEntry: 'probe.desktop',
      icon: { path: 'probe.svg', format: 'svg', width: 64, height: 64 },
      entryPoint: 'AppRun',
      updateInformation: { raw: updates[1], transport: 'zsync' },
      signature: { state: 'unsigned' },
      runtime: { linkage: 'static' },
    });

    const page = await appimage(['info', image]);
    expect(page.stdout).toMatch(/^Probe 1\.2\.3\n\n {2}File +\S+probe\.AppImage, .*bytes\)\n/);
    expect(page.stdout).toContain(updates[1]);
  });

  test('says what a bare file system has not', async () => {
    const image = await writeImage(join(temporaryFolder(), 'bare.squashfs'), { a: file('a') });
    const { status, stdout } = await appimage(['info', image]);
    expect(status).toBe(0);
    expect(stdout).toContain('SquashFS image without a runtime');
    expect(stdout).toContain('nothing: there is no AppRun');
  });

  test('lets no escape sequence of an image reach the terminal', async () => {
    const entry = '[Desktop Entry]\nType=Application\nName=\x1b]0;owned\x07\nExec=x\n';
    const image = await writeImage(join(temporaryFolder(), 'evil.squashfs'), { 'x.desktop': file(entry) });
    const { stdout } = await appimage(['info', image]);
    expect(stdout).not.toContain('\x1b');
    expect(stdout).toContain(String.raw`\x1b]0;owned`);
  });

  describe('refuses', () => {
    test('a file of another kind, and names it', async () => {
      const image = join(temporaryFolder(), 'text.AppImage');
      writeFileSync(image, 'not an image');
      expect(await appimage(['info', image])).toMatchObject({
        status: 1,
        stdout: '',
        stderr: `appimage: ${image}: Cannot open image: expected an AppImage or SquashFS image, found a file of another kind\n`,
      });
    });

    test('a truncated image', async () => {
      const image = await writeImage(join(temporaryFolder(), 'short.squashfs'), { a: file('a'.repeat(10_000)) });
      truncateSync(image, 150);
      const { status, stdout, stderr } = await appimage(['info', '--json', image]);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(JSON.parse(stderr)).toMatchObject({
        error: { code: 'out-of-bounds', message: expect.stringContaining(image) },
      });
    });
  });
});
