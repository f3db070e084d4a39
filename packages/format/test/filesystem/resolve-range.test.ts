import { expect, test } from 'vitest';
import { resolveRange } from '../../src/filesystem/resolve-range.ts';

test('a range is the whole file where nothing is said, and keeps its signal', () => {
  const { signal } = new AbortController();
  expect(resolveRange({ signal }, 9)).toEqual({ start: 0, end: 9, signal });
  expect(resolveRange({ start: 9 }, 9)).toMatchObject({ start: 9, end: 9 });
  expect(resolveRange({ end: 0 }, 9)).toMatchObject({ start: 0, end: 0 });
});

test.each([
  [-1, 1],
  [2, 1],
  [0, 10],
  [0.5, 1],
  [0, 1.5],
  [Number.NaN, 1],
])('a range from %s to %s is a mistake of the caller', (start, end) => {
  expect(() => resolveRange({ start, end }, 9)).toThrow(
    new RangeError(`Cannot read file: range must lie within 9 bytes, found ${start} to ${end}`),
  );
});
