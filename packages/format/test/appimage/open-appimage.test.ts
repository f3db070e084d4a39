import { describe, expect, test } from 'vitest';
import { detectImage } from '../../src/appimage/detect-image.ts';
import { openAppImage } from '../../src/appimage/open-appimage.ts';
import { AppImageError, isAppImageError } from '../../src/errors.ts';
import { bufferSource } from '../../src/io/byte-source.ts';
import { nodeDecompressors } from '../../src/node/codecs.ts';
import { makeElf } from '../elf/make-elf.ts';
import { faultySource } from '../support/hostile.ts';
import { makeAppImage } from '../support/make-appimage.ts';
import { collect, directory, file, noise, writeImage } from '../support/trees.ts';

const root = directory({ AppRun: file('#!/bin/sh\n', { mode: 0o755 }), data: file(noise(5000)) });
const options = { decompressors: nodeDecompressors };

function iso(start: Uint8Array = new Uint8Array(0)): Uint8Array {
  const bytes = new Uint8Array(40_000);
  bytes.set(start);
  bytes.set(Buffer.from('CD001'), 32_769);
  return bytes;
}

describe('a file is recognized', () => {
  test.each<[string, () => Promise<Uint8Array>, string, string | undefined]>([
    ['an ELF with the magic and SquashFS', () => makeAppImage({ root }), 'type-2', 'squashfs'],
    ['an ELF without the magic and SquashFS', () => makeAppImage({ root, magic: null }), 'type-2', 'squashfs'],
    [
      'an ELF with the magic and DwarFS',
      () => makeAppImage({ payload: Buffer.from('DWARFS\x02\x05') }),
      'type-2',
      'dwarfs',
    ],
    [
      'an ELF with the magic and something else',
      () => makeAppImage({ payload: Buffer.from('whatever') }),
      'type-2',
      'unknown',
    ],
    ['an ELF with the magic and nothing', () => makeAppImage({}), 'type-2', 'unknown'],
    ['an ELF with the magic 1 in an ISO', async () => iso(await makeAppImage({ magic: 1 })), 'type-1', 'iso9660'],
    ['an ELF without magic in an ISO', async () => iso(makeElf()), 'type-1', 'iso9660'],
    ['an ELF alone', async () => makeElf(), 'elf', undefined],
    ['SquashFS alone', () => writeImage(root), 'squashfs', 'squashfs'],
    ['an ISO alone', async () => iso(), 'iso9660', 'iso9660'],
    ['a text', async () => Buffer.from('hello'), 'unknown', undefined],
    ['nothing', async () => new Uint8Array(0), 'unknown', undefined],
    ['three bytes of an ELF', async () => Buffer.from('\x7fEL', 'latin1'), 'unknown', undefined],
  ])('as %s', async (_, make, type, kind) => {
    const detected = await detectImage(bufferSource(await make()));
    expect(detected.type).toBe(type);
    expect(detected.payload?.kind).toBe(kind);
  });

  test('with the payload right behind the ELF', async () => {
    const elf = await makeAppImage({});
    const detected = await detectImage(bufferSource(await makeAppImage({ root })));
    expect(detected.payload?.offset).toBe(elf.length);
    expect(detected.elf?.end).toBe(elf.length);
  });
});

describe('an opened AppImage', () => {
  test('tells type, architecture and payload, and has its files', async () => {
    const payload = await writeImage(root, { blockSize: 4096, padding: 1 });
    const source = bufferSource(Buffer.concat([await makeAppImage({ payload }), noise(100)]));
    const image = await openAppImage(source, options);
    expect(image).toMatchObject({ type: 'type-2', architectures: ['x86_64'], source });
    const offset = (await makeAppImage({})).length;
    expect(image.payload).toEqual({
      kind: 'squashfs',
      offset,
      length: payload.length,
      compression: 'zstd',
      blockSize: 4096,
    });
    expect(Buffer.compare(await collect(image.files.readFile('data')), noise(5000))).toBe(0);
  });

  test('may be a bare SquashFS image', async () => {
    const image = await openAppImage(bufferSource(await writeImage(root)), options);
    expect(image).toMatchObject({ type: 'squashfs', architectures: [], elf: undefined, payload: { offset: 0 } });
  });

  test.each<[string, () => Promise<Uint8Array>, string]>([
    ['a text', async () => Buffer.from('hello'), 'found a file of another kind'],
    ['an ELF alone', async () => makeElf(), 'found an ELF file without a file system behind it'],
    ['DwarFS', () => makeAppImage({ payload: Buffer.from('DWARFS') }), 'found dwarfs'],
    ['something unknown', () => makeAppImage({ payload: Buffer.from('odd') }), 'found something unknown'],
  ])('is not %s, which is unsupported', async (_, make, message) => {
    await expect(openAppImage(bufferSource(await make()), options)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining(message),
    });
  });

  test('that is cut off anywhere is an AppImageError', async () => {
    const bytes = await makeAppImage({ root });
    for (let length = 0; length < bytes.length - 4096; length += 7) {
      const outcome = await openAppImage(bufferSource(bytes.subarray(0, length)), options).catch(
        (error: unknown) => error,
      );
      expect(isAppImageError(outcome), `${length} bytes`).toBe(true);
    }
  });

  test('fails with the error of any read that fails', async () => {
    const source = bufferSource(await makeAppImage({ root }));
    const whole = faultySource(source, 0, new Error('never'));
    await openAppImage(whole, options);
    expect(whole.reads).toBeGreaterThan(5);
    for (let number = 1; number <= whole.reads; number++) {
      const fault = new AppImageError('io', `fault ${number}`);
      await expect(openAppImage(faultySource(source, number, fault), options), fault.message).rejects.toBe(fault);
    }
  });
});
