import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedFolder, temporaryFolder } from '@appimage-js/testing';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { probeAppDir } from '../support/probe-app-dir.ts';
import { probeRelease } from '../support/probe-release.ts';
import { serveReleases } from '../support/release-server.ts';

const folder = sharedFolder();
const [appDir, type2] = [join(folder, 'App.AppDir'), join(folder, 'type-2.AppImage')];

async function succeed(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await appimage(args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const info = async (file: string) => JSON.parse(await succeed('info', '--json', file));
const listing = (file: string) => succeed('ls', '--json', file);
const output = () => join(temporaryFolder(), 'out.AppImage');

beforeAll(async () => {
  mkdirSync(appDir);
  probeAppDir(appDir);
  writeFileSync(join(appDir, 'prose'), 'many words '.repeat(5000));
  await succeed('build', appDir, '--arch', 'x86_64', '--level', '1', '-o', type2);
});

describe('appimage convert', () => {
  test.each([
    ['1', 'type-1', 'zisofs'],
    ['2', 'type-2', 'zstd'],
    ['shimg', 'shimg', 'lz4'],
  ])('makes an image of type %s with the same files', async (type, name, compression) => {
    const out = output();
    const stdout = await succeed(
      'convert',
      type2,
      out,
      '--type',
      type,
      '--update-info',
      'zsync|https://example.org/a.zsync',
    );
    expect(stdout).toMatch(new RegExp(`^Converted type-2 into ${name}, .*out.AppImage: .*${compression}`));
    expect(await info(out)).toMatchObject({
      type: name,
      payload: { compression },
      updateInformation: { raw: 'zsync|https://example.org/a.zsync' },
      problems: [],
    });
    const names = (json: string) => json.split('\n').map((line) => (line === '' ? '' : JSON.parse(line).path));
    expect(names(await listing(out)).toSorted()).toEqual(names(await listing(type2)).toSorted());
  });

  test('replaces the runtime alone, in the file itself', async () => {
    const own = output();
    writeFileSync(own, readFileSync(type2));
    expect(await succeed('convert', own, own, '--runtime-only')).toMatch(/a new runtime, the payload as it was$/m);
    expect(readFileSync(own)).toEqual(readFileSync(type2));
  });

  test('says what it would do, and prints the plan as JSON', async () => {
    const page = await succeed('convert', type2, output(), '--type', '1', '--dry-run');
    expect(page).toMatch(/^ {2}Payload +iso9660, zisofs 9, 128 KiB blocks$/m);
    const plan = JSON.parse(await succeed('convert', type2, output(), '--runtime-only', '--dry-run', '--json'));
    expect(plan).toMatchObject({ runtimeOnly: true, payload: { compression: 'zstd', level: null }, notes: [] });
  });

  test('refuses what does not fit together as wrong usage', async () => {
    const { status, stderr } = await appimage(['convert', type2, output(), '--type', '1', '--comp', 'zstd']);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'appimage: Cannot choose payload: compression must be zisofs or none in type-1, found zstd\n',
    });
    expect(await appimage(['convert', type2, output(), '--runtime-only', '--level', '3'])).toMatchObject({ status: 2 });
    expect(await appimage(['convert', appDir, output()])).toMatchObject({ status: 1 });
  });
});

describe('appimage build', () => {
  test('makes an image of type 1 that every other command works with', async () => {
    const file = output();
    await succeed('build', appDir, '--type', '1', '--arch', 'x86_64', '-o', file, '--zsync');
    expect(await info(file)).toMatchObject({ type: 'type-1', payload: { kind: 'iso9660' }, problems: [] });
    const cat = await succeed('cat', file, 'AppRun');
    expect(cat).toBe(readFileSync(join(appDir, 'AppRun'), 'utf8'));
    expect(readFileSync(`${file}.zsync`, 'latin1')).toMatch(/^Filename: out.AppImage$/m);
  });

  const starts = process.platform === 'linux' && process.arch === 'x64';
  test.runIf(starts)('makes an image of type 1 that starts, and is updated by what differs', async () => {
    const home = temporaryFolder();
    const content = randomBytes(1_000_000);
    const [old, renewed] = await Promise.all(
      ['1.0', '2.0'].map((version) => probeRelease(folder, version, { content, type: '1' })),
    );
    if (old === undefined || renewed === undefined) throw new Error('Both releases must be there');
    await using server = await serveReleases(join(home, 'data'));
    server.release = renewed;
    const file = join(home, 'Probe.AppImage');
    writeFileSync(file, old.image, { mode: 0o755 });
    const env = { ...server.environment, HOME: home };
    expect((await execa(file, { env })).stdout).toBe('1.0');
    const { status, stdout, stderr } = await appimage(['update', file], { cwd: home, env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('updated from 1.0 to 2.0');
    expect(server.sent).toBeLessThan(renewed.image.length / 5);
    expect(readFileSync(file)).toEqual(Buffer.from(renewed.image));
    expect((await execa(file, { env })).stdout).toBe('2.0');
    expect(await appimage(['run', file], { cwd: home, env })).toMatchObject({ status: 0, stdout: '2.0\n' });
  });

  test('stores contents in the order of a profile or of a list', async () => {
    const orders = await Promise.all(
      ['name', 'start'].map(async (order) => {
        const file = output();
        await succeed('build', appDir, '--arch', 'x86_64', '-o', file, '--level', '1', '--sort', order);
        return await listing(file);
      }),
    );
    expect(new Set(orders).size).toBe(1);
    const list = join(folder, 'list');
    writeFileSync(list, 'AppRun 10\n');
    await succeed('build', appDir, '--arch', 'x86_64', '-o', output(), '--level', '1', '--sort', list);
    writeFileSync(list, 'AppRun ten\n');
    const { status, stderr } = await appimage(['build', appDir, '-o', output(), '--sort', list]);
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('line 1 must have a path') });
    const missing = await appimage(['build', appDir, '-o', output(), '--sort', 'nonsense']);
    expect(missing).toMatchObject({ status: 2, stderr: expect.stringContaining('name, start or a file') });
  });
});
