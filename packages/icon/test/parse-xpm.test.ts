import { describe, expect, test } from 'vitest';
import { parseXpm } from '../src/parse-xpm.ts';

const rows = (text: string) => {
  const { width, pixels } = parseXpm(text);
  return Array.from({ length: pixels.length / 4 / width }, (_, y) =>
    Array.from({ length: width }, (__, x) =>
      Buffer.from(pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)).toString('hex'),
    ),
  );
};

describe('parseXpm', () => {
  test('reads version 3 with comments, several characters a pixel and a hotspot', () => {
    const text = `/* XPM */
static const char *const x[] = {
/* "9 9 9 9" is no line of it */
"2 2 2 2 0 0",
"a\\" c #0F0", /* a quote is a character like others */
"/* c Light Gray",
"a\\"/*", "/*a\\""};`;
    expect(rows(text)).toEqual([
      ['00ff00ff', 'd3d3d3ff'],
      ['d3d3d3ff', '00ff00ff'],
    ]);
  });

  test('reads version 2', () => {
    expect(rows('! XPM2\n! a note\n2 1 2 1\n. c black\n+ c white\n.+\n')).toEqual([['000000ff', 'ffffffff']]);
  });

  test.each([
    ['#123', '112233ff'],
    ['#123456', '123456ff'],
    ['#111122223333', '112233ff'],
    ['#111222333', '112233ff'],
    ['none', '00000000'],
    ['None', '00000000'],
    ['grey50', '7f7f7fff'],
    ['gray100', 'ffffffff'],
    ['Navy Blue', '000080ff'],
  ])('reads the color %s', (color, expected) => {
    expect(rows(`/* XPM */\nchar*x[]={"1 1 1 1","x c ${color}","x"};`)).toEqual([[expected]]);
  });

  test('takes the color before the gray, and the gray before black and white, and no symbolic name', () => {
    const colorOf = (line: string) => rows(`/* XPM */\nchar*x[]={"1 1 1 1","x ${line}","x"};`)[0]?.[0];
    expect(colorOf('s c m black g white c red')).toBe('ff0000ff');
    expect(colorOf('m black g white')).toBe('ffffffff');
    expect(colorOf('m black s background')).toBe('000000ff');
  });

  test.each(['', '1 1', '"1 1 1 1"', '/* XPM */ "1 1 1 0","x c red","x"', '/* XPM */ "1 1 1 1","x c #12","x"'])(
    'refuses %j',
    (text) => {
      expect(() => parseXpm(text)).toThrow(/must/);
    },
  );
});
