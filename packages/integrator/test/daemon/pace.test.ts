import { describe, expect, test } from 'vitest';
import { Pace } from '../../src/daemon/pace.ts';

const TIMES = { patience: 5000, retry: 1000, longestRetry: 8000 };

describe('the pace of a daemon', () => {
  test('is to sync at once where nothing is being written, and not at all where nothing has changed', () => {
    const pace = new Pace(TIMES);
    expect(pace.dueAt(false)).toBe(Number.POSITIVE_INFINITY);
    pace.change(100);
    expect(pace.dueAt(false)).toBe(100);
  });

  test('waits for files that are written, but not for ever, however much goes on', () => {
    const pace = new Pace(TIMES);
    for (let now = 100; now < 5000; now += 100) pace.change(now);
    expect(pace.dueAt(true)).toBe(5100);
  });

  test('gives three quarters of the time to others', () => {
    const pace = new Pace(TIMES);
    pace.change(0);
    pace.begin();
    pace.change(500);
    pace.succeed(0, 1000);
    expect(pace.dueAt(false)).toBe(4000);
  });

  test('tries again after growing pauses, sooner when something changes, and forgets that after a success', () => {
    const pace = new Pace(TIMES);
    const failAt = (now: number) => {
      pace.begin();
      return pace.fail(now, now);
    };
    expect([0, 0, 0, 0, 0].map(failAt)).toEqual([1000, 2000, 4000, 8000, 8000]);
    expect(pace.dueAt(false)).toBe(8000);
    pace.change(300);
    expect(pace.dueAt(false)).toBe(300);
    pace.begin();
    pace.succeed(300, 300);
    expect(pace.dueAt(false)).toBe(Number.POSITIVE_INFINITY);
    expect(failAt(1000)).toBe(1000);
  });
});
