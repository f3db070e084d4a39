import { describe, expect, test } from 'vitest';
import { readElf } from '../../src/elf/index.ts';
import { bufferSource } from '../../src/io/byte-source.ts';
import { readSignatureSections } from '../../src/signature/index.ts';
import { makeElf } from '../elf/make-elf.ts';
import { faultySource } from '../support/hostile.ts';
import { makeRuntime, type SectionContents } from './make-runtime.ts';

const ARMOR = '-----BEGIN PGP SIGNATURE-----\n\niQEzBA==\n-----END PGP SIGNATURE-----\n';
const KEY = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENB==\n-----END PGP PUBLIC KEY BLOCK-----\n';
const DIGITS = '0123456789abcdef'.repeat(4);

async function read(contents: SectionContents) {
  const { bytes, elf } = await makeRuntime(contents);
  return readSignatureSections(bufferSource(bytes), elf);
}

describe('the sections of a signature', () => {
  test.each<[string, SectionContents, string]>([
    ['empty', {}, 'unsigned'],
    ['not there', { signature: undefined, key: undefined, digest: undefined }, 'unsigned'],
    ['signed, with the key', { signature: ARMOR, key: KEY }, 'unverified'],
    ['signed, without a key', { signature: ARMOR }, 'no-key'],
    ['signed by a runtime without room for a key', { signature: ARMOR, key: undefined }, 'no-key'],
    ['filled with a hash', { signature: DIGITS }, 'bare-digest'],
    ['filled with a hash in capitals and a line end', { signature: `${DIGITS.toUpperCase()}\n` }, 'bare-digest'],
    ['filled with a hash that is too short', { signature: DIGITS.slice(1) }, 'unrecognized'],
    ['filled with a key', { signature: KEY }, 'unrecognized'],
    ['filled with bytes', { signature: Uint8Array.of(0x89, 1, 0x33) }, 'unrecognized'],
    ['given a key only', { key: KEY }, 'unsigned'],
  ])('that are %s', async (_, contents, state) => {
    expect((await read(contents)).state).toBe(state);
  });

  test('are handed out without padding, but with the NUL bytes that are within', async () => {
    const digest = Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0]);
    const sections = await read({ signature: Uint8Array.of(1, 0, 2), key: KEY, digest });
    expect(sections.signature).toEqual(Uint8Array.of(1, 0, 2));
    expect(new TextDecoder().decode(sections.key ?? undefined)).toBe(KEY);
    expect(sections.digestMd5).toEqual(digest);
  });

  test('are null where there is nothing in them', async () => {
    expect(await read({})).toEqual({
      state: 'unsigned',
      signature: null,
      key: null,
      digestMd5: null,
      canBeSigned: true,
    });
  });

  test('may be full to the last byte', async () => {
    expect((await read({ key: new Uint8Array(8192).fill(0x41) })).key).toHaveLength(8192);
  });

  test('have no room for a signature where one of the two is missing', async () => {
    expect((await read({ key: undefined })).canBeSigned).toBe(false);
    expect((await read({ signature: undefined })).canBeSigned).toBe(false);
  });

  test('count as missing where they take no space in the file', async () => {
    const bytes = makeElf({ sections: [{ name: '.sha256_sig', noBits: 1024 }] });
    const source = bufferSource(bytes);
    expect(await readSignatureSections(source, await readElf(source))).toMatchObject({
      state: 'unsigned',
      canBeSigned: false,
    });
  });

  test('are refused above 1 MiB', async () => {
    const source = bufferSource(makeElf({ sections: [{ name: '.sig_key', bytes: new Uint8Array(1_048_577) }] }));
    await expect(readSignatureSections(source, await readElf(source))).rejects.toMatchObject({ code: 'limit' });
  });

  test('can not be read from a file that fails', async () => {
    const { bytes, elf } = await makeRuntime();
    for (const fault of [1, 2, 3]) {
      const error = new Error('fault');
      await expect(readSignatureSections(faultySource(bufferSource(bytes), fault, error), elf)).rejects.toBe(error);
    }
  });
});
