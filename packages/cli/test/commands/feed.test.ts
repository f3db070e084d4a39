import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, findTool, run, temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { probeAppDir } from '../support/probe-app-dir.ts';

async function build(folder: string, name = 'Probe-1.2.3-x86_64.AppImage'): Promise<string> {
  const appDir = join(folder, 'AppDir');
  probeAppDir(appDir);
  const path = join(folder, name);
  expect(await appimage(['build', appDir, '-o', path, '--arch', 'x86_64', '--quiet'])).toMatchObject({ status: 0 });
  return path;
}

describe('appimage feed', () => {
  test('writes the feed of a folder, the same each time, and prints it', async () => {
    const folder = temporaryFolder();
    await build(folder);
    const output = join(folder, 'feed.json');
    const args = ['feed', folder, '--base-url', 'https://example.org/app', '--date', '2026-01-31', '--rollout', '25'];
    const written = await appimage([...args, '-o', output]);
    expect(written).toMatchObject({ status: 0, stderr: '' });
    expect(written.stdout).toMatch(/^Wrote .*feed\.json: Probe 1\.2\.3\n$/);
    const feed = JSON.parse(readFileSync(output, 'utf8'));
    expect(feed).toMatchObject({
      format: 'appimage-feed',
      formatVersion: 1,
      name: 'Probe',
      releases: [
        {
          version: '1.2.3',
          publishedAt: '2026-01-31T00:00:00Z',
          rollout: 25,
          images: [{ architecture: 'x86_64', urls: ['https://example.org/app/Probe-1.2.3-x86_64.AppImage'] }],
        },
      ],
    });
    const printed = await appimage([...args, '-o', '-']);
    expect(printed.stdout).toBe(readFileSync(output, 'utf8'));
    const kept = await appimage([
      'feed',
      join(folder, 'Probe-1.2.3-x86_64.AppImage'),
      '--app-version',
      '2',
      '--previous',
      output,
      '-o',
      '-',
    ]);
    expect(JSON.parse(kept.stdout).releases.map(({ version }: { version: string }) => version)).toEqual(['2', '1.2.3']);
  });

  test.each([
    [['--rollout', '101'], 'number from 0 to 100'],
    [['--date', 'yesterday'], 'It must be a time'],
    [['--base-url', 'example.org'], 'must be a URL of http or https'],
    [['--key', 'key', '-o', '-'], 'a signature needs --output FILE'],
  ])('refuses %j as wrong usage', async (args, message) => {
    const folder = temporaryFolder();
    const image = await build(folder);
    const { status, stderr } = await appimage(['feed', image, ...args], { cwd: folder });
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) });
    expect(existsSync(join(folder, 'feed.json'))).toBe(false);
  });

  test('fails for a folder without AppImages, and for what is none', async () => {
    const folder = temporaryFolder();
    expect(await appimage(['feed', folder])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('found none'),
    });
    writeFileSync(join(folder, 'x.AppImage'), 'text');
    expect(await appimage(['feed', folder, '-o', '-'])).toMatchObject({ status: 1, stdout: '' });
  });
});

describeWith([{ name: 'gpg', isThere: findTool('gpg') !== undefined }], 'the signature of a feed', () => {
  test('is good for gpg, and taken away with a feed that is not signed', async () => {
    const folder = temporaryFolder();
    const image = await build(folder);
    const gpg = (...args: readonly string[]) => run('gpg', ['--homedir', folder, '--batch', '--quiet', ...args]);
    gpg('--passphrase', '', '--quick-generate-key', 'Publisher <p@example.org>', 'ed25519', 'sign', 'never');
    const key = join(folder, 'key.asc');
    writeFileSync(key, gpg('--armor', '--export-secret-keys'));
    const output = join(folder, 'feed.json');
    const signed = await appimage(['feed', image, '-o', output, '--key', key]);
    expect(signed).toMatchObject({ status: 0, stdout: expect.stringContaining('signed in') });
    expect(() => gpg('--verify', `${output}.asc`, output)).not.toThrow();
    writeFileSync(output, `${readFileSync(output, 'utf8')} `);
    expect(() => gpg('--verify', `${output}.asc`, output)).toThrow();
    expect(await appimage(['feed', image, '-o', output])).toMatchObject({ status: 0 });
    expect(existsSync(`${output}.asc`)).toBe(false);
    run('gpgconf', ['--homedir', folder, '--kill', 'all']);
  });
});
