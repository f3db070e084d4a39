import { describe, expect, test } from 'vitest';
import { isAllZeros } from '../../src/io/is-all-zeros.ts';

describe.each([0, 1, 3, 7, 8])('bytes that begin at %d of their buffer', (start) => {
  test.each([0, 1, 7, 8, 9, 64, 71])('and are %d zeros are all zeros, and with any other byte are not', (length) => {
    const buffer = new Uint8Array(start + length + 9).fill(0xff);
    const bytes = buffer.subarray(start, start + length).fill(0);
    expect(isAllZeros(bytes)).toBe(true);
    for (let index = 0; index < length; index++) {
      bytes[index] = 0x80;
      expect(isAllZeros(bytes)).toBe(false);
      bytes[index] = 0;
    }
  });
});
