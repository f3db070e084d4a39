import { expect, test } from 'vitest';
import { parseContentRange } from '../../../src/io/http/content-range.ts';

test.each([
  ['bytes 0-0/1', { range: { first: 0, last: 0 }, total: 1 }],
  ['bytes 5-9/10', { range: { first: 5, last: 9 }, total: 10 }],
  [' Bytes 5-9/10 ', { range: { first: 5, last: 9 }, total: 10 }],
  ['bytes 5-9/*', { range: { first: 5, last: 9 }, total: undefined }],
  ['bytes */10', { range: undefined, total: 10 }],
  ['bytes */*', { range: undefined, total: undefined }],
  ['bytes 0-1/9007199254740991', { range: { first: 0, last: 1 }, total: 9007199254740991 }],
])('%j is understood', (text, expected) => {
  expect(parseContentRange(text)).toEqual(expected);
});

test.each([
  '',
  'bytes',
  'bytes 0-9',
  'bytes 9-0/10',
  'bytes 0-10/10',
  'bytes 0-0/0',
  'bytes -1-5/10',
  'bytes 0-/10',
  'bytes 0-5/1e3',
  'bytes 0x0-0x5/10',
  'bytes=0-5/10',
  'lines 0-5/10',
  'bytes 0-5/10, bytes 6-7/10',
  'bytes 0-1/9007199254740992',
  'bytes 0-9007199254740992/*',
  'bytes 0-1/99999999999999999999',
])('%j means nothing', (text) => {
  expect(parseContentRange(text)).toBeUndefined();
});
