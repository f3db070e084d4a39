import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSectionHeader, SECTION_HEADER_SIZE, serializeSectionHeader } from '../../src/elf/index.ts';

describe('parseSectionHeader', () => {
  test('is the inverse of serializeSectionHeader in both classes and byte orders', () => {
    const layouts = fc.record({
      class: fc.constantFrom<32 | 64>(32, 64),
      byteOrder: fc.constantFrom<'little-endian' | 'big-endian'>('little-endian', 'big-endian'),
    });
    const record = layouts.chain((layout) => {
      const word = fc.bigInt({ min: 0n, max: 2n ** BigInt(layout.class) - 1n });
      const offset = fc.nat({ max: layout.class === 32 ? 0xffff_ffff : Number.MAX_SAFE_INTEGER });
      const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
      const header = fc.record({
        nameOffset: uint32,
        type: uint32,
        flags: word,
        address: word,
        offset,
        size: offset,
        link: uint32,
        info: uint32,
        alignment: word,
        entrySize: word,
      });
      return fc.tuple(fc.constant(layout), header);
    });
    fc.assert(
      fc.property(record, ([layout, header]) => {
        const bytes = serializeSectionHeader(header, layout);
        expect(bytes).toHaveLength(SECTION_HEADER_SIZE[layout.class]);
        expect(parseSectionHeader(bytes, layout)).toEqual(header);
      }),
    );
  });

  test('refuses an offset that no file reaches, and says where it stands', () => {
    const bytes = new Uint8Array(64).fill(0xff, 24, 32);
    expect(() => parseSectionHeader(bytes, { class: 64, byteOrder: 'little-endian', offset: 1000 })).toThrow(
      expect.objectContaining({ code: 'malformed', offset: 1024 }),
    );
  });
});
