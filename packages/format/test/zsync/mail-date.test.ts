import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatMailDate, parseMailDate } from '../../src/zsync/mail-date.ts';

describe('the date of a control file', () => {
  test.each([
    [0, 'Thu, 01 Jan 1970 00:00:00 +0000'],
    [1_153_857_737, 'Tue, 25 Jul 2006 20:02:17 +0000'],
    [253_402_300_799, 'Fri, 31 Dec 9999 23:59:59 +0000'],
  ])('of %d is written as %s', (seconds, text) => {
    expect(formatMailDate(seconds)).toBe(text);
  });

  test.each([
    ['Tue, 25 Jul 2006 22:02:17 +0200', 1_153_857_737],
    ['Tue, 25 Jul 2006 14:32:17 -0530', 1_153_857_737],
    ['25 Jul 2006 20:02:17 +0000', 1_153_857_737],
    ['Tue, 25 Jul 2006 20:02:17 GMT', 1_153_857_737],
    ['Thu, 1 Jan 1970 00:00:00 +0000', 0],
  ])('%s is read', (text, seconds) => {
    expect(parseMailDate(text)).toBe(seconds);
  });

  test.each([
    '',
    '2006-07-25T20:02:17Z',
    'Tue, 25 Jui 2006 20:02:17 +0000',
    'Tue, 25 Jul 06 20:02:17 +0000',
    'Tue, 25 Jul 2006 20:02:17',
    'Wed, 31 Dec 1969 23:59:59 +0000',
    'Fri, 31 Dec 9999 23:59:59 -0001',
  ])('%j is none', (text) => {
    expect(parseMailDate(text)).toBeNull();
  });

  test('is read as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
        expect(parseMailDate(formatMailDate(seconds))).toBe(seconds);
      }),
    );
  });

  test.each([-1, 0.5, Number.NaN, 253_402_300_800])('%d is refused', (seconds) => {
    expect(() => formatMailDate(seconds)).toThrow(RangeError);
  });
});
