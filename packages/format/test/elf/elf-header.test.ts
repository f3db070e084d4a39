import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ELF_HEADER_SIZE, type ElfHeader, parseElfHeader, serializeElfHeader } from '../../src/elf/index.ts';
import { anyFields } from './any-fields.ts';
import { makeElf } from './make-elf.ts';

/** Any header that a file can hold. */
const anyElfHeader: fc.Arbitrary<ElfHeader> = fc.constantFrom<32 | 64>(32, 64).chain((elfClass) => {
  const { uint16, uint32, word, offset } = anyFields(elfClass);
  return fc.record({
    ident: fc.record({
      class: fc.constant(elfClass),
      byteOrder: fc.constantFrom('little-endian', 'big-endian'),
      version: fc.integer({ min: 0, max: 255 }),
      osAbi: fc.integer({ min: 0, max: 255 }),
      abiVersion: fc.integer({ min: 0, max: 255 }),
      padding: fc.uint8Array({ minLength: 7, maxLength: 7 }),
    }),
    type: uint16,
    machine: uint16,
    version: uint32,
    entry: word,
    programHeaderOffset: offset,
    sectionHeaderOffset: offset,
    flags: uint32,
    headerSize: uint16,
    programHeaderSize: uint16,
    programHeaderCount: uint16,
    sectionHeaderSize: uint16,
    sectionHeaderCount: uint16,
    sectionNameTableIndex: uint16,
  });
});

describe('parseElfHeader', () => {
  test('is the inverse of serializeElfHeader in both classes and byte orders', () => {
    fc.assert(
      fc.property(anyElfHeader, (header) => {
        const bytes = serializeElfHeader(header);
        expect(bytes).toHaveLength(ELF_HEADER_SIZE[header.ident.class]);
        expect(parseElfHeader(bytes)).toEqual(header);
      }),
    );
  });

  test('reads each field at the offset that the gABI gives it', () => {
    const bytes = new Uint8Array(64);
    bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 3]);
    bytes.set([2, 0], 16);
    bytes.set([0xb7, 0], 18);
    bytes.set([0x40], 32);
    bytes.set([0x78, 0x56], 40);
    bytes.set([9], 56);
    bytes.set([31], 60);
    bytes.set([30], 62);
    expect(parseElfHeader(bytes)).toMatchObject({
      ident: { class: 64, byteOrder: 'little-endian', osAbi: 3 },
      type: 2,
      machine: 183,
      programHeaderOffset: 64,
      sectionHeaderOffset: 0x5678,
      programHeaderCount: 9,
      sectionHeaderCount: 31,
      sectionNameTableIndex: 30,
    });
  });

  test.each([
    ['a shell script', new TextEncoder().encode('#!/bin/sh\nexit 0\n'), /magic must be 0x7f454c46, found 0x23212f62/],
    ['a class that does not exist', makeElf().with(4, 3), /EI_CLASS must be .* found 3/],
    ['a byte order that does not exist', makeElf().with(5, 0), /EI_DATA must be .* found 0/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseElfHeader(bytes)).toThrow(
      expect.objectContaining({ code: 'malformed', message: expect.stringMatching(message) }),
    );
  });

  test('names the offset where a header is cut off', () => {
    const cut = makeElf().subarray(0, 50);
    expect(() => parseElfHeader(cut)).toThrow(expect.objectContaining({ code: 'out-of-bounds', offset: 48 }));
  });

  test('refuses to write an offset that a 32-bit header cannot hold', () => {
    const header = parseElfHeader(makeElf({ class: 32, machine: 3 }));
    expect(() => serializeElfHeader({ ...header, sectionHeaderOffset: 2 ** 32 })).toThrow(RangeError);
  });
});
