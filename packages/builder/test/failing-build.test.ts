import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isThere, mountTmpfs, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { buildAppImage } from '../src/index.ts';
import { buildInChild, preparedBuild } from './prepared-build.ts';

describe('a build that fails', () => {
  test('leaves nothing behind, and the old output as it was, when a file changes', async () => {
    const { options, output, folder, appDir } = preparedBuild({
      'usr/share/first': 'x'.repeat(1_000_000),
      'usr/share/last': 'y',
    });
    writeFileSync(output, 'old');
    let changed = false;
    const onProgress = () => {
      if (!changed) writeFileSync(join(appDir, 'hello.png'), 'other');
      changed = true;
    };
    await expect(buildAppImage({ ...options, onProgress })).rejects.toMatchObject({
      code: 'io',
      path: join(appDir, 'hello.png'),
    });
    expect(readdirSync(join(folder, 'out'))).toEqual(['hello.AppImage']);
    expect(readFileSync(output, 'utf8')).toBe('old');
  });

  test('leaves nothing behind when it is aborted', async () => {
    const { options, folder } = preparedBuild({ 'usr/share/x': 'x'.repeat(1_000_000) });
    const interruption = new AbortController();
    const building = buildAppImage({ ...options, signal: interruption.signal, onProgress: () => interruption.abort() });
    await expect(building).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
  });

  test('leaves nothing behind when a signal comes while it writes', async () => {
    const { options, folder } = preparedBuild();
    const { appDir } = options;
    for (let index = 0; index < 30; index++) {
      writeFileSync(join(appDir, String(index)), randomBytes(1_000_000));
    }
    const child = buildInChild({ ...options, level: 22 });
    while (readdirSync(join(folder, 'out')).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGINT');
    expect(JSON.parse((await child).stdout)).toMatchObject({ name: 'AbortError' });
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
  });

  test('stops before it writes when there is no room in the runtime', async () => {
    const { options, folder } = preparedBuild();
    await expect(
      buildAppImage({ ...options, updateInformation: `zsync|https://x/${'x'.repeat(2000)}` }),
    ).rejects.toMatchObject({
      code: 'limit',
    });
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
  });

  testWith(['root'], 'leaves nothing behind on a full disk', async () => {
    const { options, folder } = preparedBuild({ 'usr/share/random': randomBytes(60_000) });
    const out = join(folder, 'out');
    mountTmpfs(out, '16k');
    await expect(buildAppImage(options)).rejects.toMatchObject({
      code: 'io',
      path: options.output,
      message: expect.stringContaining('the disk is full'),
    });
    expect(readdirSync(out)).toEqual([]);
  });

  testWith(['root'], 'names a file that it must not read', async () => {
    const { options, folder, appDir } = preparedBuild({ secret: { mode: 0o600, text: 'x' } });
    chmodSync(join(folder, 'out'), 0o777);
    const { stdout } = await buildInChild(options, { uid: 65_534, gid: 65_534 });
    expect(JSON.parse(stdout)).toMatchObject({ code: 'not-permitted', path: join(appDir, 'secret') });
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
  });

  test.skipIf(isThere('root'))('names a file that it must not read, as an ordinary user', async () => {
    const { options, folder, appDir } = preparedBuild({ secret: { mode: 0, text: 'x' } });
    await expect(buildAppImage(options)).rejects.toMatchObject({ code: 'not-permitted', path: join(appDir, 'secret') });
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
  });
});
