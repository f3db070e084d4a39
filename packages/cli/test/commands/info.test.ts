import { randomBytes } from 'node:crypto';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { serveFile } from '../support/file-server.ts';
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
    expect(page.stdout).toMatch(/Updates +.*https:\/\/example\.org\/probe\.zsync/);
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

  test.each([
    ['text', 'not an image', 'unknown, not an AppImage'],
    ['script', '#!/bin/sh\n', 'script, not an AppImage'],
  ])('says that a %s is no AppImage', async (name, content, type) => {
    const path = join(temporaryFolder(), name);
    writeFileSync(path, content);
    const page = await appimage(['info', path]);
    expect(page).toMatchObject({ status: 0, stderr: '' });
    expect(page.stdout).toContain(type);
    const { stdout } = await appimage(['info', '--json', path]);
    expect(JSON.parse(stdout)).toMatchObject({ type: name === 'text' ? 'unknown' : 'script', payload: null });
  });

  test('tells what it can of a truncated image, and fails', async () => {
    const image = await writeImage(join(temporaryFolder(), 'short.squashfs'), { a: file('a'.repeat(10_000)) });
    truncateSync(image, 150);
    const { status, stdout, stderr } = await appimage(['info', '--json', image]);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'squashfs',
      payload: { kind: 'squashfs', length: null },
      problems: [{ part: 'payload', code: 'out-of-bounds' }],
    });
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'out-of-bounds', message: expect.stringContaining(image) },
    });
  });

  test('tells of a broken desktop entry, and of everything else', async () => {
    const entries = { 'x.desktop': file('no group'), AppRun: file('#!/bin/sh\n', 0o755) };
    const image = await writeImage(join(temporaryFolder(), 'broken.squashfs'), entries);
    const { status, stdout } = await appimage(['info', image]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/Starts +AppRun\n/);
    expect(stdout).toMatch(/Problem +.*x\.desktop/);
  });

  test('reads a URL by ranges and says what that took', async () => {
    const path = await writeImage(join(temporaryFolder(), 'url.squashfs'), {
      AppRun: file('#!/bin/sh\n'),
      data: file(randomBytes(4_000_000)),
    });
    await using server = await serveFile(path);
    const { status, stdout, stderr } = await appimage(['info', '--json', server.url]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { transfer, entryPoint } = JSON.parse(stdout);
    expect(entryPoint).toBe('AppRun');
    expect(transfer).toEqual({ bytes: server.bytes, requests: server.requests });
    expect(transfer.bytes).toBeLessThan(500_000);
    const page = await appimage(['info', server.url]);
    expect(page.stdout).toMatch(/Fetched +\S+ kB \(\S+ %\) in \d+ requests/);
    expect((await appimage(['ls', server.url])).stdout).toBe('AppRun\ndata\n');
    expect((await appimage(['cat', server.url, 'AppRun'])).stdout).toBe('#!/bin/sh\n');
  });

  test('says what the server answered to a URL that is not there', async () => {
    await using server = await serveFile('/nowhere');
    const { status, stderr } = await appimage(['info', server.url]);
    expect(status).toBe(1);
    expect(stderr).toBe(`appimage: Cannot read ${server.url}: the server has no such file (404)\n`);
  });
});
