import { describeWith } from '@appimage-js/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decompressLz4 } from '../../../src/compression/lz4/decompress-lz4.ts';
import { noise, prose } from '../../support/trees.ts';
import { attempt, malformed } from '../attempt.ts';
import { compressible } from '../compressible.ts';
import { machineCode } from '../machine-code.ts';
import { packLz4, unpackLz4 } from '../packed-blocks.ts';

describeWith(['lz4'], 'what lz4 has compressed', () => {
  test.each([['-1'], ['-3'], ['-9'], ['-12'], ['--fast=10']])('with %s is decompressed', (level) => {
    const half = noise(100_000);
    const contents = [machineCode('x86', 300_000), prose(100_000), new Uint8Array(1_000_000), compressible(300_000, 2)];
    for (const content of [...contents, new Uint8Array(Buffer.concat([half, half.subarray(40_000), half]))]) {
      const packed = packLz4(content, level) as Uint8Array;
      expect(Buffer.compare(decompressLz4(packed, content.length), content)).toBe(0);
      expect(Buffer.compare(decompressLz4(packed, content.length * 3), content)).toBe(0);
      expect(() => decompressLz4(packed, content.length - 1)).toThrow(malformed);
    }
  });

  test('is accepted after a change where lz4 accepts it, with the same result', () => {
    const content = compressible(600, 6);
    const original = packLz4(content, '-9') as Uint8Array;
    expect(unpackLz4(original)).toEqual(content);
    const accepted = original.filter((byte, at) => {
      const changed = original.with(at, byte ^ (1 << (at % 8)));
      const expected = unpackLz4(changed);
      const found = attempt(() => decompressLz4(changed, 65_536));
      expect(found, `byte ${at}`).toEqual(expected);
      return expected !== undefined;
    });
    expect(accepted.length).toBeGreaterThan(0);
    expect(accepted.length).toBeLessThan(original.length);
  });

  test('is decompressed, whatever it was', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 31 }),
        fc.nat(5000),
        fc.integer({ min: 1, max: 12 }),
        (seed, length, level) => {
          const content = compressible(100 + length, seed);
          const packed = packLz4(content, `-${level}`);
          if (packed === undefined) return;
          expect(Buffer.compare(decompressLz4(packed, content.length), content)).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** Sequences as they stand in a block: literals, and how far back and how long a match is. */
function block(...sequences: readonly (readonly [literals: string, distance?: number, length?: number])[]): Uint8Array {
  return Uint8Array.from(
    sequences.flatMap(([literals, distance, length = 4]) => {
      const bytes = [...new TextEncoder().encode(literals)];
      const token = (Math.min(bytes.length, 15) << 4) | Math.min(length - 4, 15);
      const start = [token, ...rest(bytes.length), ...bytes];
      return distance === undefined ? start : [...start, distance & 0xff, distance >> 8, ...rest(length - 4)];
    }),
  );
}

function rest(length: number): number[] {
  if (length < 15) return [];
  return [...Array.from({ length: Math.floor((length - 15) / 255) }, () => 255), (length - 15) % 255];
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('a block made by hand', () => {
  test.each([
    ['literals alone', block(['abc']), 'abc'],
    ['nothing', block(['']), ''],
    ['a match of its start', block(['abcdef', 6, 4], ['x']), 'abcdefabcdx'],
    ['a match that repeats itself', block(['ab', 2, 7], ['x']), 'ababababax'],
    ['a run of one byte', block(['a', 1, 300], ['x']), `${'a'.repeat(301)}x`],
    ['a run of three bytes', block(['abc', 3, 1000], ['x']), `${'abc'.repeat(335).slice(0, 1003)}x`],
    [
      'a run of seventy bytes',
      block(['q'.repeat(69).concat('r'), 70, 700], ['']),
      'q'.repeat(69).concat('r').repeat(11),
    ],
    ['15 literals', block(['a'.repeat(15)]), 'a'.repeat(15)],
    ['270 literals', block(['a'.repeat(270)]), 'a'.repeat(270)],
    ['a match after a match', block(['abcd', 4, 4], ['', 8, 8], ['']), 'abcd'.repeat(4)],
  ])('of %s is decompressed', (_, packed, content) => {
    expect(text(decompressLz4(packed, content.length))).toBe(content);
  });

  test.each([
    ['no bytes', new Uint8Array(0), 'found that it is cut off'],
    ['fewer literals than it says', Uint8Array.of(0x50, 1, 2), 'found that it is cut off'],
    ['a length that never ends', Uint8Array.from([0xf0, 255, 255, 255]), 'found that it is cut off'],
    ['a match length that never ends', Uint8Array.from([0x1f, 97, 1, 0, 255]), 'found that it is cut off'],
    ['half of a distance', Uint8Array.of(0x10, 97, 1), 'found that it is cut off'],
    ['a match at its end', block(['a', 1, 4]), 'found that it is cut off'],
    ['a distance of zero', block(['a', 0, 4], ['x']), 'a match must begin 1 to 1 bytes back, found 0'],
    ['a distance before its start', block(['ab', 3, 4], ['x']), 'a match must begin 1 to 2 bytes back, found 3'],
    ['a match and no literals', block(['', 1, 4], ['x']), 'a match must begin 1 to 0 bytes back, found 1'],
    ['more literals than may be', block(['a'.repeat(101)]), 'content must have at most 100 bytes, found more'],
    ['a longer match than may be', block(['a', 1, 100], ['']), 'content must have at most 100 bytes, found more'],
  ])('of %s is malformed', (_, packed, message) => {
    expect(() => decompressLz4(packed, 100)).toThrow(malformed);
    expect(() => decompressLz4(packed, 100)).toThrow(message);
  });
});
