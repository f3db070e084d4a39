import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from '../../../src/compression/xz/crc32.ts';
import { crc64 } from '../../../src/compression/xz/crc64.ts';

test('CRC-32 is that of zlib, for any bytes at any place', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(7), (bytes, start) => {
      expect(crc32(bytes.subarray(start))).toBe(zlibCrc32(bytes.subarray(start)));
    }),
  );
});

test('CRC-64 has the check value of its catalogue entry', () => {
  expect(crc64(new TextEncoder().encode('123456789'))).toBe(0x995dc9bbdf1939fan);
  expect(crc64(new Uint8Array(0))).toBe(0n);
});
