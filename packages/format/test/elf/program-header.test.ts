import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PROGRAM_HEADER_SIZE, parseProgramHeader, serializeProgramHeader } from '../../src/elf/index.ts';
import { inAnyLayout } from './any-fields.ts';

describe('parseProgramHeader', () => {
  test('is the inverse of serializeProgramHeader in both classes and byte orders', () => {
    const record = inAnyLayout(({ offset, uint32, word }) =>
      fc.record({
        type: uint32,
        flags: uint32,
        offset,
        virtualAddress: word,
        physicalAddress: word,
        fileSize: offset,
        memorySize: word,
        alignment: word,
      }),
    );
    fc.assert(
      fc.property(record, ([layout, header]) => {
        const bytes = serializeProgramHeader(header, layout);
        expect(bytes).toHaveLength(PROGRAM_HEADER_SIZE[layout.class]);
        expect(parseProgramHeader(bytes, layout)).toEqual(header);
      }),
    );
  });

  test('finds p_flags where each class has it', () => {
    const wide = Uint8Array.from({ length: 56 }, (_, index) => (index >= 4 && index < 8 ? 0x11 : 0));
    const narrow = Uint8Array.from({ length: 32 }, (_, index) => (index >= 24 && index < 28 ? 0x11 : 0));
    expect(parseProgramHeader(wide, { class: 64, byteOrder: 'little-endian' }).flags).toBe(0x1111_1111);
    expect(parseProgramHeader(narrow, { class: 32, byteOrder: 'big-endian' }).flags).toBe(0x1111_1111);
  });
});
