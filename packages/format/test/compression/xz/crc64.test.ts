import { describeWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { crc64 } from '../../../src/compression/xz/crc64.ts';
import { noise } from '../../support/trees.ts';
import { packXz } from '../packed-blocks.ts';

test('CRC-64 has the check value of its catalogue entry', () => {
  expect(crc64(new TextEncoder().encode('123456789'))).toBe(0x995dc9bbdf1939fan);
  expect(crc64(new Uint8Array(0))).toBe(0n);
});

describeWith(['xz'], 'CRC-64', () => {
  test.each([1, 2, 7, 8, 9, 100, 10_000])('of %d bytes is what xz computes', (length) => {
    const content = noise(length);
    // Between the one block and the index, which has 8 bytes here at most and 4 of a CRC, before 12 of footer.
    const packed = Buffer.from(packXz(content, '--check=crc64'));
    const indexSize = (packed.readUInt32LE(packed.length - 8) + 1) * 4;
    expect(crc64(content)).toBe(packed.readBigUInt64LE(packed.length - 12 - indexSize - 8));
  });
});
