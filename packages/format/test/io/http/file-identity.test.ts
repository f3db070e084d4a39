import { expect, test } from 'vitest';
import { findChange, ifRangeOf, readIdentity } from '../../../src/io/http/file-identity.ts';

const TIME = 'Sat, 01 Jan 2022 00:00:00 GMT';
const A_SECOND_LATER = 'Sat, 01 Jan 2022 00:00:01 GMT';
const file = { size: 5, etag: '"a"', lastModified: TIME };

test('is read from the headers of an answer', () => {
  const headers = new Headers({ ETag: '"a"', 'Last-Modified': TIME });
  expect(readIdentity(headers, 5)).toEqual(file);
  expect(readIdentity(new Headers(), 5)).toEqual({ size: 5, etag: null, lastModified: null });
});

test.each([
  ['size', { ...file, size: 6 }, 'its size was 5 bytes, and is 6'],
  ['ETag', { ...file, etag: '"b"' }, 'its ETag was "a", and is "b"'],
  ['lost ETag', { ...file, etag: null }, 'its ETag was "a", and is missing'],
  ['time', { ...file, lastModified: A_SECOND_LATER }, `its time was ${TIME}, and is ${A_SECOND_LATER}`],
])('another %s is a change', (_, now, words) => {
  expect(findChange(file, file)).toBeUndefined();
  expect(findChange(file, now)).toBe(words);
});

test.each([
  ['a strong ETag', { etag: '"a"' }, TIME, '"a"'],
  ['the time, where the ETag is weak', { etag: 'W/"a"' }, A_SECOND_LATER, TIME],
  ['the time, where there is no ETag', { etag: null }, A_SECOND_LATER, TIME],
  ['nothing, where the time is as young as the answer', { etag: null }, TIME, undefined],
  ['nothing, where the answer has no date', { etag: null }, null, undefined],
  ['nothing, where there is nothing', { etag: null, lastModified: null }, A_SECOND_LATER, undefined],
  ['nothing, where the time is none', { etag: null, lastModified: 'yesterday' }, A_SECOND_LATER, undefined],
])('the condition for a part is %s', (_, fields, date, expected) => {
  expect(ifRangeOf({ ...file, ...fields }, date)).toBe(expected);
});
