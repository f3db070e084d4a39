import fc from 'fast-check';
import type { ElfClass } from '../../src/elf/index.ts';
import type { ElfRecordLayout } from '../../src/elf/record-layout.ts';

/** Any value of a header's fields, by the type that the gABI gives them; an offset is one that a file can have. */
export function anyFields(elfClass: ElfClass) {
  return {
    uint16: fc.integer({ min: 0, max: 0xffff }),
    uint32: fc.integer({ min: 0, max: 0xffff_ffff }),
    word: fc.bigInt({ min: 0n, max: 2n ** BigInt(elfClass) - 1n }),
    offset: fc.nat({ max: elfClass === 32 ? 0xffff_ffff : Number.MAX_SAFE_INTEGER }),
  };
}

/** A header of any class and byte order, with its layout. */
export function inAnyLayout<Header>(
  headerOf: (fields: ReturnType<typeof anyFields>) => fc.Arbitrary<Header>,
): fc.Arbitrary<[ElfRecordLayout, Header]> {
  const layouts = fc.record<ElfRecordLayout>({
    class: fc.constantFrom(32, 64),
    byteOrder: fc.constantFrom('little-endian', 'big-endian'),
  });
  return layouts.chain((layout) => fc.tuple(fc.constant(layout), headerOf(anyFields(layout.class))));
}
