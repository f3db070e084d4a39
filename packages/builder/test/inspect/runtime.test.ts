import { createHash } from 'node:crypto';
import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPRESSION_LEVELS } from '@appimage-js/format/node';
import { availableElfRuntimes } from '@appimage-js/runtime-shim';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { readRuntime } from '../../src/inspect/runtime.ts';
import { type FakeRuntime, fakeRuntime, writeFakeRuntime } from '../fake-runtime.ts';

const read = (file: string, architecture = 'x86_64') => readRuntime({ architecture, file });

describe('readRuntime', () => {
  test('reads a file that can carry an image', async () => {
    const file = writeFakeRuntime(join(temporaryFolder(), 'runtime'));
    const runtime = await read(file);
    expect(runtime).toMatchObject({ file, sha256: createHash('sha256').update(fakeRuntime()).digest('hex') });
    expect(Uint8Array.from(runtime.bytes)).toEqual(fakeRuntime());
  });

  test('knows which compressions it reads, if it says so', async () => {
    const file = writeFakeRuntime(join(temporaryFolder(), 'runtime'));
    expect((await read(file)).payloadMethods).toBeNull();
    const sections = ['.upd_info', '.sha256_sig', '.payload_methods'];
    writeFileSync(file, Buffer.from(fakeRuntime({ sections })).fill('gzip zstd\0', 64 + 2 * 1024, 64 + 2 * 1024 + 10));
    expect((await read(file)).payloadMethods).toEqual(['gzip', 'zstd']);
  });

  testWith(
    [{ name: 'the built runtimes', isThere: availableElfRuntimes().length === 4 }],
    'has a runtime of its own for every machine, which reads all that a build can write',
    async () => {
      expect(availableElfRuntimes()).toEqual(['aarch64', 'armhf', 'i686', 'x86_64']);
      for (const architecture of availableElfRuntimes()) {
        const { payloadMethods } = await readRuntime({ architecture, file: undefined });
        expect(payloadMethods).toEqual(expect.arrayContaining(Object.keys(COMPRESSION_LEVELS)));
      }
    },
  );

  test('takes the runtime of an AppImage without its payload', async () => {
    const file = writeFakeRuntime(join(temporaryFolder(), 'app.AppImage'));
    appendFileSync(file, 'hsqs and so on');
    expect(Uint8Array.from((await read(file)).bytes)).toEqual(fakeRuntime());
  });

  test('takes nothing that was embedded for the image that it comes from', async () => {
    const file = writeFakeRuntime(join(temporaryFolder(), 'app.AppImage'));
    const filled = fakeRuntime().fill(0x41, 64, 64 + 3 * 1024);
    writeFileSync(file, filled);
    expect(Uint8Array.from((await read(file)).bytes)).toEqual(fakeRuntime());
  });

  test.each<[string, RegExp, FakeRuntime]>([
    ['the magic', /must have the AppImage magic 0x414902/, { magic: false }],
    ['the section for update information', /must have the sections \.upd_info$/, { sections: ['.sha256_sig'] }],
    ['the sections altogether', /sections \.upd_info and \.sha256_sig/, { sections: [] }],
    ['the architecture', /must be for x86_64, found aarch64/, { machine: 183 }],
  ])('refuses a file without %s', async (_, message, options) => {
    const file = writeFakeRuntime(join(temporaryFolder(), 'runtime'), options);
    await expect(read(file)).rejects.toMatchObject({
      code: 'malformed',
      path: file,
      message: expect.stringMatching(message),
    });
  });

  test('refuses a script, a truncated file and a file that is not there', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'runtime');
    writeFileSync(file, '#!/bin/sh\n'.repeat(20));
    await expect(read(file)).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringContaining('magic must be 0x7f454c46'),
    });
    truncateSync(writeFakeRuntime(file), 1000);
    await expect(read(file)).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringContaining('section header table'),
    });
    await expect(read(join(folder, 'missing'))).rejects.toMatchObject({ path: join(folder, 'missing') });
  });

  test('says how to get a runtime that was not built', async () => {
    await expect(readRuntime({ architecture: 'pdp11', file: undefined })).rejects.toMatchObject({
      name: 'AppImageError',
      code: 'unsupported',
      message: expect.stringContaining('there must be one for pdp11'),
    });
  });
});
