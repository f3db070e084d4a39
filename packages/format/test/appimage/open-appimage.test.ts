import { describe, expect, test } from 'vitest';
import { detectImage } from '../../src/appimage/detect-image.ts';
import { openAppImage } from '../../src/appimage/open-appimage.ts';
import type { PayloadOpener } from '../../src/appimage/open-payload.ts';
import { unreadableFiles } from '../../src/appimage/unreadable-files.ts';
import { AppImageError, isAppImageError } from '../../src/errors.ts';
import { bufferSource } from '../../src/io/byte-source.ts';
import { nodeDecompressors } from '../../src/node/codecs.ts';
import { makeElf } from '../elf/make-elf.ts';
import { faultySource } from '../support/hostile.ts';
import { makeAppImage } from '../support/make-appimage.ts';
import { collect, directory, file, noise, symlink, writeImage } from '../support/trees.ts';

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
    ['an ELF with the magic 2 in an ISO', async () => iso(await makeAppImage({ magic: 2 })), 'type-2', 'iso9660'],
    ['an ELF alone', async () => makeElf(), 'elf', undefined],
    ['SquashFS alone', () => writeImage(root), 'squashfs', 'squashfs'],
    ['an ISO alone', async () => iso(), 'iso9660', 'iso9660'],
    [
      'an ELF without the magic and DwarFS',
      () => makeAppImage({ payload: Buffer.from('DWARFS'), magic: null }),
      'type-2',
      'dwarfs',
    ],
    ['DwarFS alone', async () => Buffer.from('DWARFS\x02\x05'), 'dwarfs', 'dwarfs'],
    ['a script', async () => Buffer.from('#!/bin/sh\n'), 'script', undefined],
    ['a text', async () => Buffer.from('hello'), 'unknown', undefined],
    ['nothing', async () => new Uint8Array(0), 'unknown', undefined],
    ['three bytes of an ELF', async () => Buffer.from('\x7fEL', 'latin1'), 'unknown', undefined],
  ])('as %s', async (_, make, type, kind) => {
    const detected = await detectImage(bufferSource(await make()));
    expect(detected.type).toBe(type);
    expect(detected.payload?.kind).toBe(kind);
  });

  test('with the payload behind padding of zeros', async () => {
    const start = (await makeAppImage({})).length;
    const payload = Buffer.concat([new Uint8Array(4096 - (start % 4096)), await writeImage(root)]);
    const detected = await detectImage(bufferSource(await makeAppImage({ payload })));
    expect(detected.payload).toEqual({ kind: 'squashfs', offset: start + 4096 - (start % 4096) });
  });

  test('as type 1 even where its ELF is cut off by the volume', async () => {
    const elf = makeElf({ header: { sectionHeaderOffset: 50_000 } });
    const detected = await detectImage(bufferSource(iso(elf)));
    expect(detected).toMatchObject({ type: 'type-1', architectures: ['x86_64'], elf: undefined });
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
    const bytes = Buffer.concat([await makeAppImage({ payload }), noise(100)]);
    const image = await openAppImage(bytes, options);
    expect(image).toMatchObject({ type: 'type-2', architectures: ['x86_64'], problem: undefined });
    const offset = (await makeAppImage({})).length;
    expect(image.payload).toEqual({
      kind: 'squashfs',
      offset,
      length: payload.length,
      version: '4.0',
      compression: 'zstd',
      blockSize: 4096,
    });
    expect(Buffer.compare(await collect(image.files.readFile('data')), noise(5000))).toBe(0);
  });

  test('may be a bare SquashFS image', async () => {
    const image = await openAppImage(bufferSource(await writeImage(root)), options);
    expect(image).toMatchObject({ type: 'squashfs', architectures: [], elf: undefined, payload: { offset: 0 } });
  });

  test.each<[string, () => Promise<Uint8Array>, string, string]>([
    ['a text', async () => Buffer.from('hello'), 'unknown', 'found a file of another kind'],
    ['a script', async () => Buffer.from('#!/bin/sh\n'), 'script', 'found a script'],
    ['an ELF alone', async () => makeElf(), 'elf', 'found an ELF file without a file system behind it'],
  ])('may be %s, which has no files', async (_, make, type, message) => {
    const image = await openAppImage(await make(), options);
    expect(image).toMatchObject({ type, payload: null, problem: { code: 'unsupported' } });
    expect(image.problem?.message).toContain(message);
    await expect(image.files.stat('')).rejects.toBe(image.problem);
    await expect(collect(image.files.readFile('AppRun'))).rejects.toBe(image.problem);
    await expect(image.files.walk()[Symbol.asyncIterator]().next()).rejects.toBe(image.problem);
  });

  test.each<[string, () => Promise<Uint8Array>, object]>([
    ['something unknown', () => makeAppImage({ payload: Buffer.from('odd') }), { kind: 'unknown' }],
    ['a compression that is not there', () => makeAppImage({ root }), { kind: 'squashfs' }],
  ])('with %s tells where it is and why it can not be read', async (_, make, payload) => {
    const image = await openAppImage(await make(), { decompressors: {} });
    expect(image).toMatchObject({
      type: 'type-2',
      payload: { ...payload, length: null },
      problem: { code: 'unsupported' },
    });
    await expect(image.files.readDirectory('')).rejects.toBe(image.problem);
  });

  test('is a NixAppImage where it brings a store and says what to start', async () => {
    const nix = directory({
      nix: directory({ store: directory() }),
      entrypoint: symlink('/nix/store/x-app/bin/app'),
      AppRun: file(''),
    });
    expect(await openAppImage(await makeAppImage({ root: nix }), options)).toMatchObject({ type: 'nixappimage' });
    const store = directory({ nix: directory({ store: directory() }), AppRun: file('') });
    expect(await openAppImage(await makeAppImage({ root: store }), options)).toMatchObject({ type: 'type-2' });
  });

  test('that ends within its runtime is told by its magic, and that something is missing', async () => {
    const bytes = await makeAppImage({});
    expect(await openAppImage(bytes.subarray(0, 300), options)).toMatchObject({
      type: 'type-2',
      architectures: ['x86_64'],
      payload: null,
      problem: { code: 'malformed', message: expect.stringContaining('is it truncated?') },
    });
    expect(await openAppImage(bytes, options)).toMatchObject({
      type: 'type-2',
      payload: { kind: 'unknown', offset: bytes.length },
      problem: { code: 'out-of-bounds', message: expect.stringContaining('is it truncated?') },
    });
    const payload = Buffer.from('hsqs');
    expect((await openAppImage(await makeAppImage({ payload }), options)).problem?.message).toContain(
      'is it truncated?',
    );
  });

  test('closes the source that it was given', async () => {
    let closed = 0;
    const close = async () => {
      closed += 1;
    };
    const source = { ...bufferSource(await makeAppImage({ root })), close, [Symbol.asyncDispose]: close };
    {
      await using image = await openAppImage(source, options);
      expect(image.source).toBe(source);
      expect(closed).toBe(0);
    }
    expect(closed).toBe(1);
  });

  test.each(['the payload', 'its close'])('closes everything where %s fails', async (what) => {
    const fault = new AppImageError('io', 'fault');
    const closed: string[] = [];
    const close = async () => {
      closed.push('source');
    };
    const source = { ...bufferSource(await makeAppImage({ root })), close, [Symbol.asyncDispose]: close };
    const opener: PayloadOpener = async (_, place) => ({
      payload: { ...place, length: null, version: null, compression: null, blockSize: null },
      files: unreadableFiles(fault),
      opensOnUse: what === 'its close',
      async close() {
        closed.push('payload');
        if (what === 'its close') throw fault;
      },
    });
    const opened = openAppImage(source, { ...options, openers: { squashfs: opener } });
    await expect(opened.then((image) => image.close())).rejects.toBe(fault);
    expect(closed).toEqual(['payload', 'source']);
  });

  test('that is cut off anywhere has a problem or is an AppImageError', async () => {
    const bytes = await makeAppImage({ root });
    for (let length = 0; length < bytes.length - 4096; length += 7) {
      const outcome = await openAppImage(bytes.subarray(0, length), options).then(
        ({ problem }) => problem,
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
