import { expect, test } from 'vitest';
import { parseThemeFolder } from '../../src/icon/theme-folder.ts';

test.each([
  ['256x256', 256, 1],
  ['48x48@2', 48, 2],
  ['48x48@2x', 48, 2],
  ['16x22', 22, 1],
  ['64', 64, 1],
  ['scalable', null, 1],
  ['scalable@2x', null, 1],
  ['symbolic', null, 1],
])('the folder %s has icons of size %s at scale %i', (name, size, scale) => {
  expect(parseThemeFolder(name)).toEqual({ name, size, scale });
});

test.each(['', 'apps', '0x0', 'x48', '48x', '48x48@', '-48x48', '999999x999999', 'icon-theme.cache', 'index.theme'])(
  'the folder %j has none',
  (name) => {
    expect(parseThemeFolder(name)).toBeUndefined();
  },
);
