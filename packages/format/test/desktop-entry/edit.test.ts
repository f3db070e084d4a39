import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { execa } from 'execa';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DesktopEntry,
  getLocaleString,
  getString,
  getStringList,
  parseDesktopEntry,
  quoteExecArgument,
  removeKey,
  serializeDesktopEntry,
  setRawValue,
  setString,
  setStringList,
} from '../../src/desktop-entry/index.ts';

const text = `# header
[Desktop Entry]
Type=Application
Name = Hello
Name[de]=Hallo

# actions
[Desktop Action New]
Exec=hello --new
`;
const entry = parseDesktopEntry(text);
const serialized = (changed: DesktopEntry) => new TextDecoder().decode(serializeDesktopEntry(changed));

describe('setRawValue', () => {
  test('keeps the place of a key and everything around it', () => {
    expect(serialized(setRawValue(entry, 'Name', 'Bye'))).toBe(text.replace('Name = Hello', 'Name = Bye'));
    expect(serialized(setRawValue(entry, 'Name', 'Tschüss', { locale: 'de' }))).toBe(text.replace('Hallo', 'Tschüss'));
  });

  test('puts a new key after the last one of its group', () => {
    expect(serialized(setRawValue(entry, 'Icon', 'hello'))).toBe(text.replace('Hallo\n', 'Hallo\nIcon=hello\n'));
    expect(serialized(setRawValue(entry, 'Name', 'New', { group: 'Desktop Action New', locale: 'en_GB' }))).toBe(
      `${text}Name[en_GB]=New\n`,
    );
  });

  test('appends a group that is missing', () => {
    expect(serialized(setRawValue(entry, 'Name', 'Quit', { group: 'Desktop Action Quit' }))).toBe(
      `${text}\n[Desktop Action Quit]\nName=Quit\n`,
    );
    expect(serialized(setRawValue(parseDesktopEntry(''), 'Type', 'Link'))).toBe('[Desktop Entry]\nType=Link\n');
  });

  test('keeps carriage returns and completes a last line without an end', () => {
    const windows = parseDesktopEntry('[Desktop Entry]\r\nName=a\r\nExec=b');
    expect(serialized(setRawValue(windows, 'Name', 'c'))).toBe('[Desktop Entry]\r\nName=c\r\nExec=b\n');
    expect(serialized(setRawValue(windows, 'Icon', 'd'))).toBe('[Desktop Entry]\r\nName=a\r\nExec=b\nIcon=d\r\n');
  });

  test('changes the one of two duplicates that counts', () => {
    const twice = parseDesktopEntry('[Desktop Entry]\nName=a\nName=b\n');
    expect(serialized(setRawValue(twice, 'Name', 'c'))).toBe('[Desktop Entry]\nName=a\nName=c\n');
  });

  test.each([
    ['key', 'Na me', 'x', {}],
    ['key', '', 'x', {}],
    ['value', 'Name', 'a\nb', {}],
    ['value', 'Name', ' a', {}],
    ['group', 'Name', 'x', { group: 'a]b' }],
    ['locale', 'Name', 'x', { locale: 'd e' }],
  ])('refuses an invalid %s, which would not read back', (what, key, value, options) => {
    expect(() => setRawValue(entry, key, value, options)).toThrow(new RegExp(`invalid ${what}`));
    expect(() => setRawValue(entry, key, value, options)).toThrow(RangeError);
  });
});

describe('setString and setStringList', () => {
  test('are read back as they were set, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string()), (name, keywords) => {
        const changed = setStringList(setString(entry, 'Name', name, { locale: 'de' }), 'Keywords', keywords);
        const again = parseDesktopEntry(serializeDesktopEntry(changed));
        expect(getLocaleString(again, 'Name', { locale: 'de' })).toBe(name);
        expect(getStringList(again, 'Keywords')).toEqual(keywords);
        expect(getString(again, 'Name')).toBe('Hello');
      }),
    );
  });

  testWith(['desktop-file-validate'], 'write what desktop-file-validate accepts', async () => {
    let made = parseDesktopEntry('');
    made = setString(made, 'Type', 'Application');
    made = setString(made, 'Name', 'Größe; "quoted" \\ back');
    made = setString(made, 'Name', 'Taille', { locale: 'fr_FR@euro' });
    made = setString(made, 'Exec', ['/opt/my app/run', '100%', '$HOME'].map(quoteExecArgument).join(' '));
    made = setStringList(made, 'Categories', ['Utility']);
    made = setStringList(made, 'Keywords', ['a;b', 'c d']);
    made = setStringList(made, 'Actions', ['New']);
    made = setString(made, 'Name', 'New', { group: 'Desktop Action New' });
    made = setString(made, 'Exec', 'run --new', { group: 'Desktop Action New' });
    const path = join(temporaryFolder(), 'app.desktop');
    await writeFile(path, serializeDesktopEntry(made));
    const { exitCode, all } = await execa('desktop-file-validate', [path], { all: true, reject: false });
    expect({ exitCode, all }).toEqual({ exitCode: 0, all: '' });
  });
});

describe('removeKey', () => {
  test('takes a key away with its translations, or one translation alone', () => {
    expect(serialized(removeKey(entry, 'Name'))).toBe(text.replace('Name = Hello\nName[de]=Hallo\n', ''));
    expect(serialized(removeKey(entry, 'Name', { locale: 'de' }))).toBe(text.replace('Name[de]=Hallo\n', ''));
    expect(serialized(removeKey(entry, 'Missing'))).toBe(text);
  });
});
