import { describe, expect, test } from 'vitest';
import { readElf } from '../../src/elf/index.ts';
import { bufferSource } from '../../src/io/byte-source.ts';
import { readUpdateInformation } from '../../src/update-information/index.ts';
import { makeElf } from '../elf/make-elf.ts';
import { faultySource } from '../support/hostile.ts';

const RAW = 'zsync|https://example.org/App.AppImage.zsync';
const encoder = new TextEncoder();

/** The start of an ISO image with something in the field for applications. */
function type1(content: string, size = 40_000): Uint8Array {
  const bytes = new Uint8Array(Math.max(size, 40_000));
  bytes.set(encoder.encode(content), 33_651);
  return bytes.subarray(0, size);
}

async function readType2(section: { readonly bytes?: Uint8Array; readonly noBits?: number } | undefined) {
  const source = bufferSource(makeElf({ sections: section === undefined ? [] : [{ name: '.upd_info', ...section }] }));
  return readUpdateInformation(source, { type: 'type-2', elf: await readElf(source) });
}

describe('the update information of an image of type 2', () => {
  test('is in its section', async () => {
    const bytes = new Uint8Array(1024);
    bytes.set(encoder.encode(`${RAW}\n`));
    expect(await readType2({ bytes })).toMatchObject({ raw: RAW, source: { transport: 'zsync' }, problems: [] });
  });

  test.each([
    ['is empty', { bytes: new Uint8Array(1024) }],
    ['has no bytes at all', { bytes: new Uint8Array(0) }],
    ['takes no space in the file', { noBits: 1024 }],
    ['is not there', undefined],
  ])('is none where the section %s', async (_, section) => {
    expect(await readType2(section)).toBeUndefined();
  });

  test('is shown where it is garbage', async () => {
    expect(await readType2({ bytes: Uint8Array.of(0xff, 0x41) })).toMatchObject({
      source: null,
      problems: [{ code: 'unknown-transport' }],
    });
  });

  test('is read only as far as anybody would have written it', async () => {
    expect((await readType2({ bytes: new Uint8Array(10_000_000).fill(0x41) }))?.raw).toHaveLength(65_536);
  });

  test('is none where the file is not ELF', async () => {
    const options = { type: 'shimg', elf: undefined };
    expect(await readUpdateInformation(bufferSource(type1(RAW)), options)).toBeUndefined();
  });
});

describe('the update information of an image of type 1', () => {
  const read = (bytes: Uint8Array) => readUpdateInformation(bufferSource(bytes), { type: 'type-1', elf: undefined });

  test('is at offset 33651', async () => {
    expect(await read(type1(RAW))).toMatchObject({ raw: RAW, problems: [] });
  });

  test('has at most 512 bytes', async () => {
    const parsed = await read(type1(`zsync|https://example.org/${'x'.repeat(1000)}`));
    expect(parsed?.raw).toHaveLength(512);
  });

  test.each([
    ['zeros', '\0'],
    ['blanks', ' '.repeat(512)],
    ['what a program that writes ISO images has left', 'GENISOIMAGE ISO 9660'],
    ['bytes', '\x01\x02|\x03'],
  ])('is none where there are %s', async (_, content) => {
    expect(await read(type1(content))).toBeUndefined();
  });

  test('is as long as the file', async () => {
    expect(await read(type1(RAW, 33_651))).toBeUndefined();
    expect(await read(type1(RAW, 100))).toBeUndefined();
    expect((await read(type1(RAW, 33_651 + 20)))?.raw).toBe(RAW.slice(0, 20));
  });

  test('can not be read from a file that fails', async () => {
    const error = new Error('fault');
    const source = faultySource(bufferSource(type1(RAW)), 1, error);
    await expect(readUpdateInformation(source, { type: 'type-1', elf: undefined })).rejects.toBe(error);
  });
});
