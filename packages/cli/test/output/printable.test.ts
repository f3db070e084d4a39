import { decodeFileName } from '@appimage-js/format';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePath, printable, printablePath, showPath } from '../../src/output/printable.ts';

describe('printable', () => {
  test.each([
    ['two\nlines', String.raw`two\nlines`],
    ['\x1b]0;title\x07', String.raw`\x1b]0;title\x07`],
    ['\x9b31m', String.raw`\u{9b}31m`],
    ['a\u202egnp.exe', String.raw`a\u{202e}gnp.exe`],
    ['\u2028', String.raw`\u{2028}`],
    [decodeFileName(Uint8Array.of(0x63, 0xe9)), String.raw`c\xe9`],
    ['\ud800', String.raw`\u{d800}`],
    ['Größe 字 👩‍👩‍👧', 'Größe 字 👩‍👩‍👧'],
    [String.raw`C:\dir`, String.raw`C:\dir`],
  ])('prints %j as %s', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test('leaves nothing that a terminal acts upon', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/u);
      }),
    );
  });
});

describe('printablePath', () => {
  test('is read back by parsePath, whatever bytes a name has', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 255 }), (bytes) => {
        const path = decodeFileName(bytes);
        expect(parsePath(printablePath(path))).toBe(path);
      }),
    );
  });

  test('is read back by parsePath where a name looks like an escape', () => {
    for (const path of [String.raw`a\n`, String.raw`\\x41`, String.raw`\u{41}`, '\\']) {
      expect(parsePath(printablePath(path))).toBe(path);
    }
  });
});

describe('parsePath', () => {
  test('leaves alone what no path is printed as', () => {
    for (const text of [String.raw`a\q`, String.raw`\x1`, String.raw`\u{110000}`]) expect(parsePath(text)).toBe(text);
  });
});

describe('showPath', () => {
  test('quotes paths that do not read well in a sentence', () => {
    expect(showPath('usr/bin/app-1.0')).toBe('usr/bin/app-1.0');
    expect(showPath('my app')).toBe('"my app"');
    expect(showPath('')).toBe('""');
    expect(showPath('a"b\n')).toBe(String.raw`"a\"b\n"`);
  });
});
