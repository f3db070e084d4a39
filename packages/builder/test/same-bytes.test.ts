import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeAppDir, sha256 } from './make-tree.ts';
import { buildInChild, type PreparedBuild, preparedBuild } from './prepared-build.ts';
import { preparedType1 } from './prepared-type-1.ts';

describe('the same input', () => {
  const build = async (
    options: PreparedBuild['options'] & { readonly umask?: number },
    env: Record<string, string> = {},
  ) => {
    const { stdout } = await buildInChild(options, { env });
    expect(stdout).toBe(options.output);
    return sha256(options.output);
  };
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`usr/share/${(index * 7919) % 1000}`, `${index} `.repeat(index * 10)]),
  );

  test.each([
    ['type 2', preparedBuild],
    ['type 1', preparedType1],
  ])(
    'gives the same bytes of %s under other umasks, time zones, locales and numbers of threads',
    async (_, prepare) => {
      const { options } = prepare(files);
      const first = await build(options);
      expect(await build({ ...options, umask: 0o077 })).toBe(first);
      expect(await build({ ...options, umask: 0 }, { TZ: 'Asia/Tokyo', LC_ALL: 'tr_TR.UTF-8' })).toBe(first);
      expect(await build(options, { UV_THREADPOOL_SIZE: '1' })).toBe(first);
      expect(await build(options, { UV_THREADPOOL_SIZE: '16' })).toBe(first);
    },
  );

  test('gives the same bytes from another place, written in another order, at another time, with other permissions', async () => {
    const { options, folder } = preparedBuild(files);
    const first = await build(options);
    const appDir = join(folder, 'elsewhere/copy');
    makeAppDir(appDir, Object.fromEntries(Object.entries(files).toReversed()));
    chmodSync(join(appDir, 'usr'), 0o700);
    chmodSync(join(appDir, 'usr/share/0'), 0o600);
    chmodSync(join(appDir, 'usr/bin/hello'), 0o700);
    expect(await build({ ...options, appDir, output: join(folder, 'out/other name') })).toBe(first);
  });

  test('gives other bytes for other contents', async () => {
    const { options, appDir } = preparedBuild(files);
    const first = await build(options);
    writeFileSync(join(appDir, 'usr/share/0'), 'changed');
    expect(await build(options)).not.toBe(first);
  });
});
