import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from '../../src/io/crc32.ts';

const anyBytes = fc.uint8Array({ maxLength: 100 });

test('CRC-32 is that of zlib, for any bytes at any place', () => {
  fc.assert(
    fc.property(anyBytes, fc.nat(7), (bytes, start) => {
      expect(crc32(bytes.subarray(start))).toBe(zlibCrc32(bytes.subarray(start)));
    }),
  );
});

test('CRC-32 of a part goes on from that of the part before', () => {
  fc.assert(
    fc.property(anyBytes, fc.nat(100), (bytes, length) => {
      expect(crc32(bytes.subarray(length), crc32(bytes.subarray(0, length)))).toBe(zlibCrc32(bytes));
    }),
  );
});
