import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import {
  addToOverride,
  findPlaces,
  type Override,
  overridePath,
  readOverride,
  readOverrides,
  writeOverride,
} from '../../src/index.ts';
import { parseOverride, serializeOverride } from '../../src/overrides/override.ts';
import { snapshot } from '../support/home.ts';

const ID = '0123456789abcdef';

const whole: Override = {
  name: 'Ümlaut "quoted" %f; $HOME',
  comment: 'a\\nb',
  icon: '/home/u/my icon.png',
  categories: ['Game'],
  keywords: ['one;two', 'three'],
  wmClass: 'Some.Class',
  arguments: ['--no-sandbox', '', '%U', 'a b'],
  environment: { GTK_THEME: 'Adwaita:dark', EMPTY: '', A: '$(x) `y` "z" \\ % =' },
  launch: ['firejail', '--appimage'],
  terminal: false,
  autostart: true,
  hidden: false,
  actions: false,
};

describe('parseOverride', () => {
  test('reads what was written', () => {
    expect(parseOverride(serializeOverride(whole))).toEqual(whole);
    expect(parseOverride('{"version": 1}')).toEqual({});
  });

  test.each([
    ['not JSON', 'x', 'malformed'],
    ['a list', '[]', 'malformed'],
    ['without version', '{}', 'malformed'],
    ['of a newer program', '{"version": 2, "name": 7}', 'unsupported'],
    ['with an unknown key', '{"version": 1, "nmae": "x"}', 'malformed'],
    ['with a key of every object', '{"version": 1, "__proto__": {"name": "x"}, "constructor": 1}', 'malformed'],
    ['with a name over two lines', '{"version": 1, "name": "a\\nExec=evil"}', 'malformed'],
    ['with an empty name', '{"version": 1, "name": " "}', 'malformed'],
    ['with a relative picture', '{"version": 1, "icon": "../x.png"}', 'malformed'],
    ['with a list of numbers', '{"version": 1, "arguments": [1]}', 'malformed'],
    ['with an argument over two lines', '{"version": 1, "arguments": ["a\\r"]}', 'malformed'],
    ['with a lone half of a character', '{"version": 1, "arguments": ["\\ud800"]}', 'malformed'],
    ['with a variable of no name', '{"version": 1, "environment": {"A=B": "c"}}', 'malformed'],
    ['with a list as environment', '{"version": 1, "environment": ["A=B"]}', 'malformed'],
    ['with another launch', '{"version": 1, "launch": "docker"}', 'malformed'],
    ['with a launch of no words', '{"version": 1, "launch": []}', 'malformed'],
    ['with a flag in words', '{"version": 1, "hidden": "yes"}', 'malformed'],
    ['with a category that is a list', '{"version": 1, "categories": ["A;B"]}', 'malformed'],
  ])('refuses one %s', (_, text, code) => {
    expect(() => parseOverride(text)).toThrow(expect.objectContaining({ code }));
  });
});

describe('the files of overrides', () => {
  test('are found by the application, also of its further versions', async () => {
    const places = findPlaces({ HOME: temporaryFolder() });
    await writeOverride(places, `${ID}-00112233`, { name: 'Mine' });
    expect(await readOverride(places, ID)).toEqual({ name: 'Mine' });
    expect((await readOverrides(places)).overrides).toEqual(new Map([[ID, { name: 'Mine' }]]));
  });

  test('one that is damaged counts for nothing, is told, and stays as it is', async () => {
    const places = findPlaces({ HOME: temporaryFolder() });
    await writeOverride(places, ID, { name: 'Mine' });
    const other = overridePath(places, 'f'.repeat(16));
    writeFileSync(other, '{');
    const { overrides, remarks } = await readOverrides(places);
    expect([...overrides.keys()]).toEqual([ID]);
    expect(remarks).toEqual([expect.stringContaining(other)]);
    expect(readFileSync(other, 'utf8')).toBe('{');
    await expect(readOverride(places, 'f'.repeat(16))).rejects.toMatchObject({ code: 'malformed', path: other });
  });

  test('one that is a folder is told', async () => {
    const places = findPlaces({ HOME: temporaryFolder() });
    mkdirSync(overridePath(places, ID), { recursive: true });
    expect((await readOverrides(places)).remarks).toHaveLength(1);
  });

  test('what is added does not replace what is there', async () => {
    const places = findPlaces({ HOME: temporaryFolder() });
    await writeOverride(places, ID, { name: 'Mine' });
    await addToOverride(places, ID, { name: 'Theirs', wmClass: 'x' });
    expect(await readOverride(places, ID)).toEqual({ name: 'Mine', wmClass: 'x' });
  });

  test('an empty one leaves nothing behind', async () => {
    const home = temporaryFolder();
    const places = findPlaces({ HOME: home });
    mkdirSync(dirname(dirname(dirname(overridePath(places, ID)))), { recursive: true });
    const before = snapshot(home);
    await writeOverride(places, ID, whole);
    await writeOverride(places, ID, {});
    expect(snapshot(home)).toEqual(before);
  });
});
