import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareFileNames, decodeFileName, encodeFileName, FileNameTable } from '../../src/io/file-name.ts';

/** Bytes that are often UTF-8, often nearly, and often not at all. */
const nameBytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
  fc
    .array(fc.constantFrom(0x61, 0x80, 0xbf, 0xc0, 0xc2, 0xc3, 0xe0, 0xed, 0xa0, 0xef, 0xbb, 0xf0, 0xf4, 0x90, 0xff))
    .map((bytes) => Uint8Array.from(bytes)),
);

describe('a file name', () => {
  test('of any bytes comes back as the same bytes', () => {
    fc.assert(
      fc.property(nameBytes, (bytes) => {
        expect([...encodeFileName(decodeFileName(bytes))]).toEqual([...bytes]);
      }),
      { numRuns: 2000 },
    );
  });

  test('of any valid text comes back as the same text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeFileName(new TextEncoder().encode(text))).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  test('is ordered like its bytes', () => {
    fc.assert(
      fc.property(nameBytes, nameBytes, (left, right) => {
        const order = compareFileNames(decodeFileName(left), decodeFileName(right));
        expect(Math.sign(order)).toBe(Math.sign(Buffer.compare(left, right)));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['a', [0x61]],
    ['ä', [0xc3, 0xa4]],
    ['\ufeffx', [0xef, 0xbb, 0xbf, 0x78]],
    ['😀', [0xf0, 0x9f, 0x98, 0x80]],
    ['f\udcffo', [0x66, 0xff, 0x6f]],
    ['\udced\udcb2\udc80', [0xed, 0xb2, 0x80]],
    ['\udcc3(', [0xc3, 0x28]],
    ['𐒀\udc80', [0xf0, 0x90, 0x92, 0x80, 0x80]],
    ['\udcf4\udc90\udc80\udc80', [0xf4, 0x90, 0x80, 0x80]],
    ['\udcc0\udcaf', [0xc0, 0xaf]],
  ])('%j stands for its bytes', (name, bytes) => {
    expect(decodeFileName(Uint8Array.from(bytes))).toBe(name);
    expect([...encodeFileName(name)]).toEqual(bytes);
  });

  test('beyond the basic plane comes after U+FFFF, unlike in the order of UTF-16', () => {
    expect(['😀', '\uffee', 'z'].sort(compareFileNames)).toEqual(['z', '\uffee', '😀']);
  });
});

test('names among other bytes are decoded as each of them alone', () => {
  const parts = fc.array(fc.tuple(nameBytes, fc.uint8Array({ maxLength: 8 })), { maxLength: 12 });
  fc.assert(
    fc.property(parts, (names) => {
      const table = new FileNameTable(new Uint8Array(names.flatMap(([name, rest]) => [...name, ...rest])));
      let start = 0;
      for (const [name, rest] of names) {
        expect(table.decode(start, start + name.length)).toBe(decodeFileName(name));
        start += name.length + rest.length;
      }
    }),
    { numRuns: 1000 },
  );
});
