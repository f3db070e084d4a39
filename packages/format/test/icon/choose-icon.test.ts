import { describe, expect, test } from 'vitest';
import { chooseIcon } from '../../src/icon/choose-icon.ts';
import type { IconFormat } from '../../src/icon/format/icon-description.ts';
import type { Icon, IconPurpose } from '../../src/icon/icon.ts';

function icon(format: IconFormat, width: number | null, height = width, purpose: IconPurpose = 'application'): Icon {
  const path = `${width}.${format}`;
  return { path, realPath: path, format, width, height, place: 'theme', purpose, themeFolder: null };
}

const pngs = [16, 48, 256, 512].map((size) => icon('png', size));
const svg = icon('svg', 100);

describe('the icon that is chosen', () => {
  test.each<[string, Icon[], number, Icon | undefined]>([
    ['of exactly the size', [...pngs, svg], 48, icon('png', 48)],
    ['scalable where none has the size', [...pngs, svg], 64, svg],
    ['scalable above all sizes', [...pngs, svg], 1024, svg],
    ['scalable below all sizes', [...pngs, svg], 8, svg],
    ['compressed and scalable', [...pngs, icon('svgz', null)], 64, icon('svgz', null)],
    ['the next larger', pngs, 64, icon('png', 256)],
    ['the largest where all are smaller', pngs, 1024, icon('png', 512)],
    ['by its longer side', [icon('png', 10, 64), icon('png', 48, 48)], 64, icon('png', 10, 64)],
    ['of known size', [icon('xpm', null), icon('png', 16)], 64, icon('png', 16)],
    ['of unknown size where there is no other', [icon('xpm', null)], 64, icon('xpm', null)],
    ['in a format for icons', [icon('jpeg', 64), icon('png', 16)], 64, icon('png', 16)],
    ['in another format where there is no other', [icon('jpeg', 64)], 16, icon('jpeg', 64)],
    ['the first of two', [icon('png', 64), icon('xpm', 64)], 64, icon('png', 64)],
    ['none of those for files', [icon('png', 64, 64, 'file-type'), icon('png', 64, 64, 'symbolic')], 64, undefined],
    ['none of none', [], 64, undefined],
  ])('is %s', (_, icons, size, expected) => {
    expect(chooseIcon(icons, size)).toEqual(expected);
  });

  test('has a format that is wanted', () => {
    expect(chooseIcon([...pngs, svg], 64, { formats: ['png', 'xpm'] })).toEqual(icon('png', 256));
    expect(chooseIcon(pngs, 64, { formats: ['svg'] })).toBeUndefined();
  });

  test('has the purpose that is wanted', () => {
    const symbolic = icon('svg', 16, 16, 'symbolic');
    expect(chooseIcon([...pngs, symbolic], 16, { purpose: 'symbolic' })).toBe(symbolic);
  });

  test.each([0, -1, Number.NaN])('is a mistake for the size %d', (size) => {
    expect(() => chooseIcon(pngs, size)).toThrow(RangeError);
  });
});
