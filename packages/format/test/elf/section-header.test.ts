import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSectionHeader, SECTION_HEADER_SIZE, serializeSectionHeader } from '../../src/elf/index.ts';
import { inAnyLayout } from './any-fields.ts';

describe('parseSectionHeader', () => {
  test('is the inverse of serializeSectionHeader in both classes and byte orders', () => {
    const record = inAnyLayout(({ offset, uint32, word }) =>
      fc.record({
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
      }),
    );
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
