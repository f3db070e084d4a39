import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseBooleanValue,
  parseListValue,
  parseNumericValue,
  parseStringValue,
  serializeListValue,
  serializeStringValue,
} from '../../src/desktop-entry/index.ts';

describe('parseStringValue', () => {
  test.each([
    ['\\stwo\\swords', ' two words'],
    ['a\\nb\\tc\\rd', 'a\nb\tc\rd'],
    ['a\\\\nb', 'a\\nb'],
    ['\\\\\\n', '\\\n'],
    ['unknown \\x and \\"quotes\\"', 'unknown \\x and \\"quotes\\"'],
    ['at the end \\', 'at the end \\'],
  ])('reads %j as %j', (raw, text) => {
    expect(parseStringValue(raw)).toBe(text);
  });

  test('is the inverse of serializeStringValue, which keeps to one line without outer spaces', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('\\', 's', 'n', '\n', '\t', '\r', ' ', ';') })),
        (text) => {
          const raw = serializeStringValue(text);
          expect(parseStringValue(raw)).toBe(text);
          expect(raw).not.toMatch(/[\n\r\t]|^ | $/);
        },
      ),
    );
  });
});

describe('parseListValue', () => {
  test.each([
    ['', []],
    ['a', ['a']],
    ['a;b;', ['a', 'b']],
    ['a;b', ['a', 'b']],
    ['a;;b;', ['a', '', 'b']],
    ['one\\;two;three;', ['one;two', 'three']],
    ['a\\\\;b;', ['a\\', 'b']],
    ['a\\sb;\\x;', ['a b', '\\x']],
  ])('splits %j', (raw, items) => {
    expect(parseListValue(raw)).toEqual(items);
  });

  test('is the inverse of serializeListValue', () => {
    const item = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('\\', ';', 's', ' ', '\n') }));
    fc.assert(
      fc.property(fc.array(item), (items) => {
        expect(parseListValue(serializeListValue(items))).toEqual(items);
      }),
    );
  });
});

describe('parseBooleanValue', () => {
  test.each([
    ['true', true],
    ['false', false],
    ['1', true],
    ['0', false],
    ['true ', true],
  ])('reads %j', (raw, value) => {
    expect(parseBooleanValue(raw)).toBe(value);
  });

  test.each(['', 'True', 'yes', 'truefalse'])('refuses %j', (raw) => {
    expect(() => parseBooleanValue(raw, 'Terminal')).toThrow(
      expect.objectContaining({
        code: 'malformed',
        message: expect.stringContaining('value of Terminal must be true or false'),
      }),
    );
  });
});

describe('parseNumericValue', () => {
  test.each([
    ['1.5', 1.5],
    ['-3', -3],
    ['.25', 0.25],
    ['+2e3', 2000],
    [' 7. ', 7],
  ])('reads %j', (raw, value) => {
    expect(parseNumericValue(raw)).toBe(value);
  });

  test.each(['', '1,5', '0x10', 'NaN', '1.5.2', 'e3'])('refuses %j', (raw) => {
    expect(() => parseNumericValue(raw)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});
