import { describe, expect, test } from 'vitest';
import { areHashLengths } from '../../src/zsync/block-sums.ts';
import { defaultZsyncBlockSize, zsyncHashLengths } from '../../src/zsync/hash-lengths.ts';

const lengths = (size: number, generation: '0.6.2' | '0.6.3' | 'cph6', strongSize = 16) => {
  const blockSize = defaultZsyncBlockSize(size);
  const { sequentialMatches, weak, strong } = zsyncHashLengths(generation, { length: size, blockSize, strongSize });
  return [sequentialMatches, weak, strong];
};

describe('hash lengths', () => {
  // Printed by zsyncmake 0.6.2 for sparse files; what it prints for smaller ones is compared with in another test.
  test.each([
    [2 ** 30, [2, 3, 5]],
    [2 ** 31, [2, 3, 5]],
    [5e9, [2, 3, 6]],
  ])('of 0.6.2 for %d bytes are what zsyncmake takes', (size, expected) => {
    expect(lengths(size, '0.6.2')).toEqual(expected);
  });

  test('make the control file larger with each generation', () => {
    expect(lengths(150e6, '0.6.2')).toEqual([2, 2, 5]);
    expect(lengths(150e6, '0.6.3')).toEqual([1, 4, 8]);
    expect(lengths(150e6, 'cph6')).toEqual([1, 4, 16]);
  });

  test('of 0.6.3 ask for two blocks in a row where four bytes are too few', () => {
    expect(lengths(400e6, '0.6.3')).toEqual([1, 4, 9]);
    expect(lengths(450e6, '0.6.3')).toEqual([2, 4, 5]);
  });

  test('of the rewrite in Go are the whole sums, above 400 MB of two blocks in a row', () => {
    expect(lengths(1, 'cph6')).toEqual([1, 4, 16]);
    expect(lengths(400_000_000, 'cph6')).toEqual([1, 4, 16]);
    expect(lengths(400_000_001, 'cph6')).toEqual([2, 4, 16]);
    expect(lengths(1, 'cph6', 28)).toEqual([1, 4, 28]);
  });

  test('are such as every client takes, for every size', () => {
    const sizes = Array.from({ length: 53 }, (_, power) => [2 ** power, 2 ** power + 1, 3 * 2 ** power]).flat();
    for (const size of sizes) {
      for (const generation of ['0.6.2', '0.6.3', 'cph6'] as const) {
        for (const blockSize of [1, 1024, 4096, 16 * 1_048_576]) {
          const found = zsyncHashLengths(generation, { length: size, blockSize, strongSize: 16 });
          expect(areHashLengths(found, 16), `${size} ${blockSize} ${generation}`).toBe(true);
        }
      }
    }
  });
});
