import { describe, expect, test } from 'vitest';
import { parseAppImageMagic, parseElfHeader, readAppImageMagic, serializeAppImageMagic } from '../../src/elf/index.ts';
import { bufferSource } from '../../src/io/byte-source.ts';
import { makeElf } from './make-elf.ts';

describe('AppImage magic', () => {
  test.each([1, 2] as const)('type %i is read back at offset 8 of an ELF file that stays valid', async (type) => {
    const file = makeElf();
    file.set(serializeAppImageMagic(type), 8);
    await expect(readAppImageMagic(bufferSource(file))).resolves.toBe(type);
    expect(parseElfHeader(file).ident.class).toBe(64);
  });

  test('is absent from an ordinary program, from other types and from a short file', async () => {
    await expect(readAppImageMagic(bufferSource(makeElf()))).resolves.toBeUndefined();
    await expect(readAppImageMagic(bufferSource(new Uint8Array(10)))).resolves.toBeUndefined();
    expect(parseAppImageMagic(Uint8Array.of(0x41, 0x49, 3))).toBeUndefined();
    expect(parseAppImageMagic(Uint8Array.of(0x41))).toBeUndefined();
  });
});
