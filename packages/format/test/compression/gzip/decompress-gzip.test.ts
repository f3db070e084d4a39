import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decompressGzip } from '../../../src/compression/gzip/decompress-gzip.ts';
import { noise, prose } from '../../support/trees.ts';
import { malformed } from '../attempt.ts';
import { compressible } from '../compressible.ts';
import { machineCode } from '../machine-code.ts';

const STRATEGIES = { default: 0, filtered: 1, 'Huffman codes only': 2, 'run lengths': 3, 'fixed codes': 4 };

test.each(Object.entries(STRATEGIES))(
  'what zlib has compressed by the strategy "%s" is decompressed',
  (_, strategy) => {
    for (const content of [machineCode('x86', 200_000), prose(50_000), noise(50_000), new Uint8Array(500_000)]) {
      for (const [level, windowBits] of [
        [1, 15],
        [9, 15],
        [6, 9],
        [0, 12],
      ] as const) {
        const packed = deflateSync(content, { level, strategy, windowBits });
        expect(Buffer.compare(decompressGzip(packed, content.length), content)).toBe(0);
        expect(() => decompressGzip(packed, content.length - 1)).toThrow(malformed);
      }
    }
  },
);

test('what zlib has compressed is decompressed, whatever it was', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 }), fc.nat(20_000), fc.nat(9), (seed, length, level) => {
      const content = compressible(length, seed);
      expect(Buffer.compare(decompressGzip(deflateSync(content, { level }), length), content)).toBe(0);
    }),
  );
});

test('bytes after the end are ignored, as unsquashfs and the kernel do', () => {
  const packed = Buffer.concat([deflateSync('content'), Uint8Array.of(1, 2, 3)]);
  expect(decompressGzip(packed, 7)).toEqual(new TextEncoder().encode('content'));
});

test.each([
  ['a gzip file', gzipSync('content')],
  ['deflate data alone', deflateRawSync('content')],
  ['data that needs a dictionary', deflateSync('content', { dictionary: Buffer.from('content') })],
  ['a checksum that does not hold', deflateSync('content').with(-1, 0)],
])('%s is malformed', (_, data) => {
  expect(() => decompressGzip(data, 100)).toThrow(malformed);
});
