import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAppImageError } from '@appimage-js/format';
import { sharedFolder } from '@appimage-js/testing';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { expect, test } from 'vitest';
import { convertAppImage } from '../../src/index.ts';
import { writeFakeRuntime } from '../fake-runtime.ts';
import { directory, file, writeImage } from './sources.ts';

const folder = sharedFolder();
const runtimeFile = writeFakeRuntime(join(folder, 'runtime'));
const link = { type: 'symlink', mode: 0o777, uid: 1, gid: 2, mtime: 3, target: 'AppRun' } as const;
const device = { type: 'block-device', mode: 0o600, uid: 0, gid: 0, mtime: 9, device: { major: 7, minor: 8 } } as const;
const small = directory({
  AppRun: file('#!/bin/sh\n', { mode: 0o755 }),
  sub: directory({ link, device, xattr: file('x', { xattrs: new Map([['user.a', Uint8Array.of(1)]]) }) }),
});

test.each(['squashfs', 'iso9660'] as const)(
  'an image with %s in which any byte is another one is converted or refused',
  { timeout: 120_000 },
  async (kind) => {
    const input = await writeImage(join(folder, kind), small, { kind });
    const bytes = readFileSync(input);
    const random = seededRandom(kind.length);
    const start = kind === 'iso9660' ? 32_768 : 0;
    for (let round = 0; round < 40; round++) {
      const changed = Buffer.from(bytes);
      for (let count = 0; count < 3; count++) {
        changed[start + Math.floor(random() * (Math.min(bytes.length, 60_000) - start))] = Math.floor(random() * 256);
      }
      writeFileSync(join(folder, 'changed'), changed);
      const options = {
        input: join(folder, 'changed'),
        output: join(folder, 'out'),
        arch: 'x86_64',
        runtimeFile,
        level: 1,
      };
      const converting = convertAppImage({ ...options, type: 'type-2', compression: 'gzip' });
      const result = await converting.then(
        ({ size }) => size > 0,
        (error: unknown) => isAppImageError(error) || error,
      );
      expect(result).toBe(true);
    }
  },
);
