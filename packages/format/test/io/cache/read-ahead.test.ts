import { expect, test } from 'vitest';
import { ReadAhead } from '../../../src/io/cache/read-ahead.ts';

const KIB = 1024;

function makeReadAhead(): ReadAhead {
  return new ReadAhead({ minimum: 64 * KIB, maximum: 1024 * KIB, gap: 64 * KIB });
}

/** What is worth having ahead after each of the reads, in KiB. */
function observe(reads: readonly (readonly [number, number])[], readAhead = makeReadAhead()): number[] {
  return reads.map(([offset, length]) => readAhead.observe(offset * KIB, length * KIB) / KIB);
}

test('nothing ahead of a first read, however long', () => {
  expect(observe([[500, 4000]])).toEqual([0]);
});

test('as much ahead of a stream as it has read in one go, up to the maximum', () => {
  const reads = Array.from({ length: 20 }, (_, index) => [index * 64, 64] as const);
  expect(observe(reads).slice(0, 5)).toEqual([0, 128, 192, 256, 320]);
  expect(observe(reads).at(-1)).toBe(1024);
});

test('nothing ahead of many small reads in a row, as long as they are little in all', () => {
  const reads = Array.from({ length: 64 }, (_, index) => [index, 1] as const);
  expect(
    observe(reads)
      .slice(0, -1)
      .every((ahead) => ahead === 0),
  ).toBe(true);
  expect(observe(reads).at(-1)).toBe(64);
});

test('nothing ahead of reads here and there, and from the start again after them', () => {
  const random = [1000, 9000, 5000, 2000, 7000].map((offset) => [offset, 64] as const);
  expect(observe(random)).toEqual([0, 0, 0, 0, 0]);
  expect(observe([...random, [7064, 64]]).at(-1)).toBe(128);
});

test('leaving out a little, and looking back a little, does not end a stream; more does', () => {
  expect(
    observe([
      [0, 64],
      [128, 64],
    ]),
  ).toEqual([0, 192]);
  expect(
    observe([
      [0, 64],
      [32, 64],
    ]),
  ).toEqual([0, 96]);
  expect(
    observe([
      [0, 64],
      [129, 64],
    ]),
  ).toEqual([0, 0]);
  expect(
    observe([
      [100, 64],
      [99, 64],
    ]),
  ).toEqual([0, 0]);
});

test('several streams are told apart, up to eight', () => {
  const readAhead = makeReadAhead();
  const starts = Array.from({ length: 8 }, (_, index) => index * 10_000);
  observe(
    starts.map((start) => [start, 64] as const),
    readAhead,
  );
  expect(
    observe(
      starts.map((start) => [start + 64, 64] as const),
      readAhead,
    ),
  ).toEqual(starts.map(() => 128));
  observe([[200_000, 64]], readAhead);
  expect(observe([[0 + 128, 64]], readAhead)).toEqual([0]);
});

test('a maximum of zero is never anything', () => {
  const readAhead = new ReadAhead({ minimum: 64 * KIB, maximum: 0, gap: 0 });
  expect(
    observe(
      [
        [0, 64],
        [64, 64],
        [128, 64],
      ],
      readAhead,
    ),
  ).toEqual([0, 0, 0]);
});
