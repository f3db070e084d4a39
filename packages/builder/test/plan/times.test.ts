import { describe, expect, test } from 'vitest';
import { imageTime, parseSourceDateEpoch, planTimes } from '../../src/plan/times.ts';

describe('planTimes', () => {
  test('fixes all times unless an epoch is given', () => {
    const fixed = planTimes(undefined);
    expect(new Date(fixed.time * 1000).toISOString()).toBe('1980-01-01T00:00:00.000Z');
    expect([0, 1e9, 2e9].map((mtime) => imageTime(fixed, mtime))).toEqual([fixed.time, fixed.time, fixed.time]);
  });

  test('clamps later times to the epoch and keeps earlier ones, in whole seconds an image can hold', () => {
    const times = planTimes(1_000_000_000);
    expect([-5, 0, 1.9, 1e9, 1e9 + 1, 1e12].map((mtime) => imageTime(times, mtime))).toEqual([0, 0, 1, 1e9, 1e9, 1e9]);
  });

  test.each([-1, 1.5, Number.NaN, 2 ** 32])('refuses the epoch %d', (epoch) => {
    expect(() => planTimes(epoch)).toThrow(RangeError);
  });
});

describe('parseSourceDateEpoch', () => {
  test('reads seconds, or nothing where the variable is not set', () => {
    expect(parseSourceDateEpoch('1700000000')).toBe(1_700_000_000);
    expect(parseSourceDateEpoch('0')).toBe(0);
    expect(parseSourceDateEpoch(undefined)).toBeUndefined();
  });

  test.each(['', ' ', '-1', '1.5', '1e9', 'yesterday', '4294967296'])('refuses %j', (value) => {
    expect(() => parseSourceDateEpoch(value)).toThrow(
      expect.objectContaining({ code: 'malformed', message: expect.stringContaining('Cannot read SOURCE_DATE_EPOCH') }),
    );
  });
});
