import { describeWith, testWith } from '@appimage-js/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decompressLzma } from '../../../src/compression/lzma/decompress-lzma.ts';
import { noise, prose } from '../../support/trees.ts';
import { attempt, malformed } from '../attempt.ts';
import { compressible } from '../compressible.ts';
import { machineCode } from '../machine-code.ts';
import { packLzma, packLzmaWithoutMarker, unpackLzma, withSize } from '../packed-blocks.ts';

const OPTIONS: readonly (readonly string[])[] = [
  ['-0'],
  ['-9', '--extreme'],
  ['--lzma1=lc=0,lp=0,pb=0'],
  ['--lzma1=lc=4,lp=0,pb=4'],
  ['--lzma1=lc=0,lp=4,pb=2'],
  ['--lzma1=lc=1,lp=3,pb=1'],
  ['--lzma1=preset=1,dict=1536MiB,mf=hc3'],
  ['--lzma1=mode=fast,nice=2,mf=hc4'],
];

describeWith(['xz'], 'what xz has compressed as .lzma', () => {
  test.each(OPTIONS.map((options) => [options.join(' '), options] as const))(
    'with %s is decompressed',
    (_, options) => {
      const contents = [machineCode('x86', 100_000), prose(50_000), noise(70_000), new Uint8Array(300_000)];
      for (const content of [...contents, Uint8Array.of(1)]) {
        const packed = packLzma(content, ...options);
        expect(Buffer.compare(decompressLzma(packed, content.length), content)).toBe(0);
        expect(Buffer.compare(decompressLzma(packed, content.length + 1000), content)).toBe(0);
        const sized = withSize(packed, content.length);
        expect(Buffer.compare(decompressLzma(sized, content.length), content)).toBe(0);
      }
    },
  );

  test('is decompressed, whatever it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), fc.nat(20_000), (seed, length) => {
        const content = compressible(length, seed);
        expect(Buffer.compare(decompressLzma(packLzma(content), length), content)).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  test('is refused when it has more content than it may', () => {
    const packed = packLzma(new Uint8Array(1_000_000));
    expect(packed.length).toBeLessThan(500);
    for (const maximum of [999_999, 1, 0]) {
      expect(() => decompressLzma(packed, maximum)).toThrow(malformed);
      expect(() => decompressLzma(withSize(packed, 1_000_000), maximum)).toThrow(malformed);
    }
  });

  test('is refused when it has another size than it says', () => {
    const packed = packLzma(prose(5000));
    for (const size of [0, 1, 4999, 5001, 6000, 2 ** 52, 2 ** 60]) {
      expect(() => decompressLzma(withSize(packed, size), 100_000), `${size} bytes`).toThrow(malformed);
    }
  });

  test('is refused with anything after it', () => {
    const packed = packLzma(prose(5000));
    for (const stream of [packed, withSize(packed, 5000)]) {
      const longer = Buffer.concat([stream, Uint8Array.of(0)]);
      expect(() => decompressLzma(longer, 5000)).toThrow(malformed);
    }
  });

  test('is accepted after a change where xz accepts it, with the same result, and nowhere else', () => {
    const original = packLzma(compressible(300, 5));
    let accepted = 0;
    for (let at = 0; at < original.length; at++) {
      // What the header says of the dictionary means nothing here: all content is at hand.
      if (at >= 1 && at <= 4) continue;
      const changed = original.with(at, (original[at] as number) ^ (1 << (at % 8)));
      const expected = unpackLzma(changed);
      expect(
        attempt(() => decompressLzma(changed, 100_000)),
        `byte ${at}`,
      ).toEqual(expected);
      if (expected !== undefined) accepted += 1;
    }
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(original.length / 2);
  });
});

testWith(['7z'], 'what 7-Zip has compressed without an end marker is decompressed', () => {
  for (const content of [machineCode('x86', 200_000), compressible(100_000, 1), new Uint8Array(50_000)]) {
    const packed = packLzmaWithoutMarker(content);
    expect(Buffer.compare(decompressLzma(packed, content.length), content)).toBe(0);
    expect(() => decompressLzma(withSize(packed, content.length - 1), content.length)).toThrow(malformed);
    expect(() => decompressLzma(withSize(packed, content.length + 1), content.length + 1)).toThrow(malformed);
    expect(() => decompressLzma(packed.subarray(0, -1), content.length)).toThrow(malformed);
  }
});

describe('a header that no encoder writes', () => {
  test.each([
    ['properties above 224', 225],
    ['lc + lp above 4', (2 * 5 + 1) * 9 + 4],
    ['lc of 8', 8],
  ])('with %s is malformed', (_, properties) => {
    expect(() => decompressLzma(Uint8Array.from([properties, ...new Uint8Array(40)]), 100)).toThrow(
      'lc + lp of at most 4',
    );
  });

  test('and too little after it is malformed', () => {
    for (let length = 0; length < 18; length++) {
      expect(() => decompressLzma(new Uint8Array(length), 100)).toThrow(`at least 18 bytes, found ${length}`);
    }
  });
});
