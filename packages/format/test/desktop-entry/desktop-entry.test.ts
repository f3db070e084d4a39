import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testWith } from '@appimage-js/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getString, parseDesktopEntry, serializeDesktopEntry } from '../../src/desktop-entry/index.ts';
import { AppImageError, isAppImageError } from '../../src/errors.ts';

const encoder = new TextEncoder();

/** Lines of every kind, well-formed or not, so that random files get past the first line. */
const anyLine = fc.oneof(
  fc.constantFrom(
    '[Desktop Entry]',
    '[Desktop Action New]',
    '[]',
    '[a]b]',
    '',
    '  ',
    '# comment',
    'no equals sign',
    '=x',
  ),
  fc
    .tuple(fc.constantFrom('Name', 'Exec', 'X_Y', 'Name[de]', 'Name[sr@Latn]', 'A[b', ' Key '), fc.string())
    .map(([key, value]) => `${key} = ${value}`),
);
const anyFile = fc
  .array(fc.tuple(anyLine, fc.constantFrom('\n', '\r\n', '')))
  .map((lines) => `[Desktop Entry]\n${lines.flat().join('')}`);

describe('parseDesktopEntry', () => {
  test('keeps groups, keys, locales, comments and blank lines in their order', () => {
    const entry = parseDesktopEntry(
      '# made by hand\n\n[Desktop Entry]\nType=Application\nName = Hello\nName[de_DE@euro]=Hallo\n\n# end\n[Desktop Action New]\nExec=hello --new\n',
    );
    expect(entry.preamble.map(({ text }) => text)).toEqual(['# made by hand\n', '\n']);
    expect(entry.groups.map(({ name }) => name)).toEqual(['Desktop Entry', 'Desktop Action New']);
    expect(entry.groups[0]?.lines).toEqual([
      { kind: 'key', key: 'Type', locale: null, value: 'Application', text: 'Type=Application\n' },
      { kind: 'key', key: 'Name', locale: null, value: 'Hello', text: 'Name = Hello\n' },
      { kind: 'key', key: 'Name', locale: 'de_DE@euro', value: 'Hallo', text: 'Name[de_DE@euro]=Hallo\n' },
      { kind: 'comment', text: '\n' },
      { kind: 'comment', text: '# end\n' },
    ]);
    expect(entry.problems).toEqual([]);
  });

  test.each([
    ['a key before the first group', 'Name=x\n[Desktop Entry]\n', 1, 0],
    ['text without an equals sign', '[Desktop Entry]\nName=x\nhello\n', 3, 23],
    ['a value without a key', '[Desktop Entry]\n=x\n', 2, 16],
    ['a group header without an end', '[Desktop Entry\n', 1, 0],
    ['a group without a name', '[Desktop Entry]\n[]\n', 2, 16],
    ['brackets in a group name', '[Desktop [Entry]]\n', 1, 0],
    ['an unclosed locale', '[Desktop Entry]\nName[de=x\n', 2, 16],
    ['text after a locale', '# ü\n[Desktop Entry]\nName[de]x=y\n', 3, 21],
  ])('refuses %s and names the line', (_, text, line, offset) => {
    expect(() => parseDesktopEntry(encoder.encode(text))).toThrow(
      expect.objectContaining({ code: 'malformed', offset, message: expect.stringContaining(`line ${line} must`) }),
    );
  });

  test.each([
    ['a duplicate key', '[Desktop Entry]\nName=a\nName=b\n', 3, /found Name again/],
    ['a duplicate translation', '[Desktop Entry]\nName[de]=a\nName[de]=b\n', 3, /found Name\[de\] again/],
    ['a duplicate group', '[Desktop Entry]\n[Desktop Entry]\n', 2, /found \[Desktop Entry\] again/],
    ['a duplicate key in a duplicate group', '[Desktop Entry]\nA=1\n[X]\n[Desktop Entry]\nA=2\n', 5, /found A again/],
    ['a strange key', '[Desktop Entry]\nX_Y=a\n', 2, /must consist of A-Za-z0-9-, found "X_Y"/],
    ['carriage returns', '[Desktop Entry]\r\n', 1, /carriage return/],
    ['a byte order mark', '\ufeff[Desktop Entry]\n', 1, /byte order mark/],
    ['another first group', '[KDE Desktop Entry]\n', 1, /must be \[Desktop Entry\], found \[KDE/],
    ['no group', '# nothing\n', 1, /found no group/],
  ])('reads a file with %s and reports it', (_, text, line, message) => {
    const entry = parseDesktopEntry(text);
    expect(entry.problems).toContainEqual({ line, message: expect.stringMatching(message) });
    expect(serializeDesktopEntry(entry)).toEqual(encoder.encode(text));
  });

  test('keeps the bytes of a file that is not UTF-8, and reports it', () => {
    const latin1 = Uint8Array.from(Buffer.from('[Desktop Entry]\nName=Jürgen\n', 'latin1'));
    const entry = parseDesktopEntry(latin1);
    expect(entry.problems).toEqual([{ line: 2, message: 'text must be UTF-8' }]);
    expect(serializeDesktopEntry(entry)).toEqual(latin1);
  });

  test('takes the last of two duplicates, across duplicate groups', () => {
    const entry = parseDesktopEntry('[Desktop Entry]\nName=a\nName=b\n[X]\n[Desktop Entry]\nName=c\n');
    expect(getString(entry, 'Name')).toBe('c');
  });

  test('refuses a file above the limit', () => {
    expect(() => parseDesktopEntry(new Uint8Array(1025), { maxSize: 1024 })).toThrow(
      expect.objectContaining({ code: 'limit' }),
    );
  });

  test('takes linear time for a long line of spaces', () => {
    const line = `a${' '.repeat(1_000_000)}b`;
    const start = performance.now();
    expect(() => parseDesktopEntry(`[Desktop Entry]\n${line}`)).toThrow(AppImageError);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test('throws nothing but AppImageError, whatever the bytes, and what it reads it writes again', () => {
    const anyBytes = fc.oneof(
      fc.uint8Array(),
      fc.uint8Array().map((bytes) => Uint8Array.of(...encoder.encode('[Desktop Entry]\nName='), ...bytes)),
      anyFile.map((text) => encoder.encode(text)),
    );
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        try {
          expect(serializeDesktopEntry(parseDesktopEntry(bytes))).toEqual(bytes);
        } catch (error) {
          if (!isAppImageError(error)) throw error;
          expect(error).toBeInstanceOf(AppImageError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  const installed = desktopFilesOf('/usr/share/applications');
  testWith(
    [{ name: 'a program with a desktop entry', isThere: installed.length > 0 }],
    'gives back the bytes of every entry that is installed',
    () => {
      for (const path of installed) {
        const bytes = Uint8Array.from(readFileSync(path));
        expect(serializeDesktopEntry(parseDesktopEntry(bytes)), path).toEqual(bytes);
      }
    },
  );
});

function desktopFilesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.desktop'))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
