import { describe, expect, test } from 'vitest';
import { iconFileStem, matchIconFile, parseIconName, suffixRank } from '../../src/icon/icon-name.ts';

describe('the value of Icon', () => {
  test.each([
    ['org.example.App', null, ['org.example.App']],
    ['My App', null, ['My App']],
    ['app.png', null, ['app', 'app.png']],
    ['app.SVG', null, ['app', 'app.SVG']],
    ['app.svgz', null, ['app', 'app.svgz']],
    ['.png', null, ['.png']],
    ['icons/app.png', 'icons/app.png', ['app', 'app.png']],
    ['./app', 'app', ['app']],
    [
      '/usr/share/icons//hicolor/48x48/apps/my app.xpm',
      'usr/share/icons/hicolor/48x48/apps/my app.xpm',
      ['my app', 'my app.xpm'],
    ],
    ['../app.png', '../app.png', ['app', 'app.png']],
    ['', null, []],
    ['/', null, []],
    ['.', null, []],
    ['a/..', null, []],
  ])('%j is understood', (value, path, names) => {
    expect(parseIconName(value)).toEqual({ path, names });
  });
});

describe('a file', () => {
  const name = parseIconName('app.png');

  test.each([
    ['app.png', 'application'],
    ['app.svg', 'application'],
    ['app.WEBP', 'application'],
    ['app', 'application'],
    ['app.png.svg', 'application'],
    ['app-symbolic.svg', 'symbolic'],
    ['application.png', undefined],
    ['my-app.png', undefined],
    ['app.desktop', undefined],
    ['App.png', undefined],
  ])('%s is %s', (fileName, expected) => {
    expect(matchIconFile(fileName, name)).toBe(expected);
  });

  test('without suffix is the one of a name without suffix', () => {
    expect(matchIconFile('org.example.App', parseIconName('org.example.App'))).toBe('application');
  });

  test('has a stem where it has the suffix of an icon', () => {
    expect(['a.png', 'a.b.svgz', '.png', 'a', 'a.txt'].map(iconFileStem)).toEqual([
      'a',
      'a.b',
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('is preferred by its suffix', () => {
    const names = ['a', 'a.webp', 'a.xpm', 'a.svg', 'a.png', 'a.svgz'];
    expect(names.toSorted((left, right) => suffixRank(left) - suffixRank(right))).toEqual([
      'a.png',
      'a.svg',
      'a.svgz',
      'a.xpm',
      'a.webp',
      'a',
    ]);
  });
});
