import { describe, expect, test } from 'vitest';
import {
  getBoolean,
  getIconString,
  getLocaleString,
  getLocaleStringList,
  getNumeric,
  getRawValue,
  getString,
  getStringList,
  getTranslations,
  hasGroup,
  listKeys,
  parseDesktopEntry,
} from '../../src/desktop-entry/index.ts';

const entry = parseDesktopEntry(`[Desktop Entry]
Version=1.5
Type=Application
Name=Foo
Name[sr_YU]=Foo sr_YU
Name[sr@Latn]=Foo sr@Latn
Name[sr]=Foo sr
Name[de.ISO-8859-1]=Foo alt
Icon=foo
Icon[sr]=foo-sr
Terminal=false
NoDisplay=perhaps
Keywords=one\\;half;two;
Keywords[de]=eins;zwei;
Comment=a\\nb
[Desktop Action New]
Name=New
`);

describe('getLocaleString', () => {
  test.each([
    ['sr_YU@Latn', 'Foo sr_YU'],
    ['sr_RS@Latn', 'Foo sr@Latn'],
    ['sr_YU', 'Foo sr_YU'],
    ['sr@Latn', 'Foo sr@Latn'],
    ['sr.UTF-8', 'Foo sr'],
    ['de_DE', 'Foo alt'],
    ['fr', 'Foo'],
    ['C', 'Foo'],
    [undefined, 'Foo'],
  ])('for %j is %j', (locale, name) => {
    expect(getLocaleString(entry, 'Name', locale === undefined ? {} : { locale })).toBe(name);
  });

  test('looks into another group when it is told to', () => {
    expect(getLocaleString(entry, 'Name', { group: 'Desktop Action New', locale: 'sr' })).toBe('New');
  });
});

describe('typed values', () => {
  test('are converted and unescaped', () => {
    expect(getNumeric(entry, 'Version')).toBe(1.5);
    expect(getBoolean(entry, 'Terminal')).toBe(false);
    expect(getString(entry, 'Comment')).toBe('a\nb');
    expect(getRawValue(entry, 'Comment')).toBe('a\\nb');
    expect(getStringList(entry, 'Keywords')).toEqual(['one;half', 'two']);
    expect(getLocaleStringList(entry, 'Keywords', { locale: 'de_AT' })).toEqual(['eins', 'zwei']);
    expect(getIconString(entry, 'Icon', { locale: 'sr' })).toBe('foo-sr');
  });

  test('are undefined for a missing key or group', () => {
    const answers = [getString, getLocaleString, getBoolean, getNumeric, getStringList, getLocaleStringList];
    expect(answers.map((get) => get(entry, 'Missing'))).toEqual(answers.map(() => undefined));
    expect(getString(entry, 'Name', { group: 'Desktop Action Old' })).toBeUndefined();
  });

  test('name their key when they are wrong', () => {
    expect(() => getBoolean(entry, 'NoDisplay')).toThrow(/value of NoDisplay must be true or false, found "perhaps"/);
    expect(() => getNumeric(entry, 'Name')).toThrow(/value of Name must be a decimal number, found "Foo"/);
  });
});

describe('listing', () => {
  test('gives keys once and in order, groups by name, translations by locale', () => {
    expect(listKeys(entry).slice(0, 4)).toEqual(['Version', 'Type', 'Name', 'Icon']);
    expect(listKeys(entry, { group: 'Desktop Action New' })).toEqual(['Name']);
    expect([hasGroup(entry, 'Desktop Action New'), hasGroup(entry, 'Desktop Action')]).toEqual([true, false]);
    expect([...getTranslations(entry, 'Icon')]).toEqual([
      [null, 'foo'],
      ['sr', 'foo-sr'],
    ]);
  });
});
