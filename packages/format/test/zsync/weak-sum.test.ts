import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { weakSum, weakSumMask } from '../../src/zsync/index.ts';

/** The sums by their definition. */
function naiveSum(block: readonly number[]): number {
  const a = block.reduce((sum, byte) => sum + byte, 0) % 65_536;
  const b = block.reduce((sum, byte, index) => sum + (block.length - index) * byte, 0) % 65_536;
  return a * 65_536 + b;
}

describe('the weak sum', () => {
  test.each([
    [[], 0],
    [[1], 0x0001_0001],
    [[1, 2], 0x0003_0004],
    [[255, 255, 255], 0x02fd_05fa],
  ])('of %j is what one computes by hand', (bytes, expected) => {
    expect(weakSum(Uint8Array.from(bytes), bytes.length)).toBe(expected);
  });

  test('is that of the definition, for bytes at any place in memory', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(4), (bytes, start) => {
        const view = bytes.subarray(Math.min(start, bytes.length));
        expect(weakSum(view, view.length)).toBe(naiveSum([...view]));
      }),
    );
  });

  test('counts what a short block lacks as zeros', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(weakSum(bytes, 64)).toBe(naiveSum([...bytes, ...Array.from({ length: 64 - bytes.length }, () => 0)]));
      }),
    );
  });

  test('does not overflow in the largest block', () => {
    const size = 16 * 1_048_576;
    const sum = BigInt(size) * 255n;
    const weighted = (255n * BigInt(size) * BigInt(size + 1)) / 2n;
    expect(weakSum(new Uint8Array(size).fill(255), size)).toBe(Number(((sum % 65_536n) << 16n) | (weighted % 65_536n)));
  });

  test.each([
    [1, 0xff],
    [2, 0xffff],
    [3, 0xff_ffff],
    [4, 0xffff_ffff],
  ])('is stored in %d bytes as its last ones', (length, mask) => {
    expect(weakSumMask(length)).toBe(mask);
  });
});
