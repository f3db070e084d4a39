import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFileName } from '../../../src/io/file-name.ts';
import { isoIdentifiers } from '../../../src/iso9660/write/iso-identifiers.ts';

const identify = (...entries: readonly (string | [string])[]) =>
  isoIdentifiers(
    entries.map((entry) => {
      const name = typeof entry === 'string' ? entry : entry[0];
      return { name: encodeFileName(name), directory: typeof entry !== 'string' };
    }),
  ).map((identifier) => Buffer.from(identifier).toString('latin1'));

describe('the identifier of', () => {
  test.each([
    ['AppRun', 'APPRUN.;1'],
    ['icon.png', 'ICON.PNG;1'],
    ['.DirIcon', '_DIRICON.;1'],
    ['a.b.desktop', 'A_B.DES;1'],
    ['libsomething.so.1.2', 'LIBSOMET.2;1'],
    ['ä', '__.;1'],
  ])('the file %s is %s', (name, expected) => {
    expect(identify(name)).toEqual([expected]);
  });

  test('a directory has no extension and no version', () => {
    expect(identify(['usr'], ['something.d'])).toEqual(['USR', 'SOMETHIN']);
  });

  test('the second of two that would be equal gets a number', () => {
    expect(identify('name-of-a-file', 'name-of-another', 'name-of-b', ['name-of-'])).toEqual([
      'NAME_OF_.;1',
      'NAME_OF0.;1',
      'NAME_OF1.;1',
      'NAME_OF2',
    ]);
  });
});

test('identifiers are different, short and of allowed characters, whatever the names', () => {
  const names = fc.uniqueArray(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 12 }), fc.boolean()), {
    selector: ([name]) => Buffer.from(name).toString('hex'),
    maxLength: 60,
  });
  fc.assert(
    fc.property(names, (entries) => {
      const found = isoIdentifiers(entries.map(([name, directory]) => ({ name, directory })));
      const texts = found.map((identifier) => Buffer.from(identifier).toString('latin1'));
      expect(new Set(texts.map((text) => text.replace(/\.?;1$/, ''))).size).toBe(entries.length);
      for (const [index, text] of texts.entries()) {
        expect(text).toMatch(entries[index]?.[1] ? /^[A-Z0-9_]{1,8}$/ : /^[A-Z0-9_]{1,8}\.[A-Z0-9_]{0,3};1$/);
      }
    }),
  );
});

test('100,000 names that begin alike get different identifiers', () => {
  const names = Array.from({ length: 100_000 }, (_, index) => `the-same-beginning-${index}`);
  expect(new Set(identify(...names)).size).toBe(names.length);
});
