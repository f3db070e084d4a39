import { execFileSync } from 'node:child_process';
import { describeWith } from '@appimage-js/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compressLz4 } from '../../../src/compression/lz4/compress-lz4.ts';
import { decompressLz4 } from '../../../src/compression/lz4/decompress-lz4.ts';
import { noise, prose } from '../../support/trees.ts';
import { compressible } from '../compressible.ts';
import { machineCode } from '../machine-code.ts';
import { packLz4, unpackLz4 } from '../packed-blocks.ts';

const contents: readonly [name: string, content: Uint8Array][] = [
  ['machine code', machineCode('x86', 131_072)],
  ['prose', prose(131_072)],
  ['zeros', new Uint8Array(1_048_576)],
  ['noise', noise(65_536)],
  ['noise that repeats beyond the farthest match', new Uint8Array(Buffer.concat([noise(70_000), noise(70_000)]))],
  ['repetitions of 65,535 bytes', new Uint8Array(Buffer.concat([noise(65_535), noise(65_535)]))],
];

/** What `lz4` makes of a block of up to 4 MiB. */
function unpackLargeLz4(block: Uint8Array): Buffer {
  const header = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73, 0, 0, 0, 0]);
  header.writeUInt32LE(block.length, 7);
  return execFileSync('lz4', ['-d', '-q', '-c'], {
    input: Buffer.concat([header, block, Buffer.alloc(4)]),
    maxBuffer: 2 ** 24,
  });
}

describeWith(['lz4'], 'compressed blocks', () => {
  test.each(contents)('are what lz4 reads: %s', (_, content) => {
    for (const level of [1, 8, 12]) {
      expect(Buffer.compare(unpackLargeLz4(compressLz4(content, level)), content)).toBe(0);
    }
  });

  test.each(contents.slice(0, 3))('take at most a hundredth more than those of lz4 -12: %s', (_, content) => {
    const theirs = packLz4(content, '-12') as Uint8Array;
    expect(compressLz4(content, 8).length).toBeLessThanOrEqual(Math.ceil(theirs.length * 1.01));
  });

  test('are what lz4 reads, whatever the content', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), fc.nat(4000), (seed, length) => {
        const content = compressible(13 + length, seed);
        expect(unpackLz4(compressLz4(content, 4))).toEqual(content);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a block', () => {
  test('of any bytes is decompressed to the same', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 12 }), (content, level) => {
        expect(decompressLz4(compressLz4(content, level), content.length)).toEqual(content);
      }),
    );
  });

  test.each([0, 1, 4, 5, 12, 13, 14, 18, 19, 31, 269, 270, 285, 65_536])('of %i equal bytes is, too', (length) => {
    const content = new Uint8Array(length).fill(7);
    expect(decompressLz4(compressLz4(content, 8), length)).toEqual(content);
  });

  test.each([15, 16, 270, 271, 525])('with %i literals before a match is, too', (count) => {
    const content = new Uint8Array(Buffer.concat([noise(count), new Uint8Array(64)]));
    expect(decompressLz4(compressLz4(content, 8), content.length)).toEqual(content);
  });

  test('is smaller at a higher level, or as small', () => {
    const lengths = [1, 4, 8, 12].map((level) => compressLz4(machineCode('x86', 100_000), level).length);
    expect(lengths).toEqual(lengths.toSorted((left, right) => right - left));
    expect(lengths.at(-1)).toBeLessThan(lengths[0] as number);
  });

  test.each([0, 13, 1.5, Number.NaN])('has no level %d', (level) => {
    expect(() => compressLz4(new Uint8Array(1), level)).toThrow(RangeError);
  });
});
