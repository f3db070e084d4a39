import { describe, expect, test } from 'vitest';
import { findAlias, nameProblem } from '../../../src/node/extract/name-rules.ts';

describe('on Windows', () => {
  test.each([
    ...['a\\b', 'a:b', 'C:', 'file:stream', 'a*', 'a?b', '<a', 'a>', 'a|b', '"a"', 'tab\t', 'bell\u0007', '\u0001'],
    ...['dot.', 'space ', '...', ' ', 'a. '],
    ...['con', 'CON', 'Prn', 'aux', 'NUL', 'nul.txt', 'con.tar.gz', 'COM1', 'com9.log', 'lpt1', 'LPT\u00b9', 'com0'],
    ...['CONIN$', 'conout$.x', 'nul .txt'],
  ])('the name %j is refused', (name) => {
    expect(nameProblem(name, 'win32')).toMatch(/Windows/);
    expect(nameProblem(name, 'linux')).toBeUndefined();
    expect(nameProblem(name, 'darwin')).toBeUndefined();
  });

  test.each([
    'a',
    '.DirIcon',
    'console',
    'nul1',
    'com',
    'com10',
    'lpt',
    'a.b.c',
    ' a',
    'xcon',
    'con-1',
    'ü',
    '$x',
    'com\u0661',
  ])('the name %j is none of those', (name) => {
    expect(nameProblem(name, 'win32')).toBeUndefined();
  });
});

describe.each(['linux', 'darwin', 'win32'] as const)('on %s', (platform) => {
  test.each(['', '.', '..', 'a/b', '/', 'a\0'])('the name %j is refused', (name) => {
    expect(nameProblem(name, platform)).toMatch(/must not/);
  });
});

test('names that differ in case, or in how an accent is written, are aliases of each other', () => {
  expect(findAlias('README', ['other', 'readme'])).toBe('readme');
  expect(findAlias('straße', ['STRASSE'])).toBe('STRASSE');
  expect(findAlias('caf\u00e9', ['cafe\u0301'])).toBe('cafe\u0301');
  expect(findAlias('a', ['a', 'b'])).toBeUndefined();
  expect(findAlias('a', [])).toBeUndefined();
});
