import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPattern, matchesPattern } from '../../src/resolve/name-pattern.ts';

describe('the pattern of a file name', () => {
  test.each([
    ['App-1.2-x86_64.AppImage.zsync', 'App-*x86_64.AppImage.zsync'],
    ['App-x86_64.AppImage.zsync', 'App-*x86_64.AppImage.zsync'],
    ['App-1.AppImage', 'App-?.AppImage'],
    ['App[1].AppImage', 'App[1].AppImage'],
    ['', '*'],
    ['aXbXc', 'a*X*c'],
    ['ab-ab-abc', '*ab?'],
    ['Größe.AppImage', 'Gr??e.AppImage'],
  ])('means %j by %j', (name, pattern) => {
    expect(matchesPattern(name, pattern)).toBe(true);
  });

  test.each([
    ['MyApp-1-x86_64.AppImage.zsync', 'App-*x86_64.AppImage.zsync'],
    ['App-1-x86_64.AppImage', 'App-*x86_64.AppImage.zsync'],
    ['App1.AppImage', 'App[1].AppImage'],
    ['App-.AppImage', 'App-?.AppImage'],
    ['app.appimage', 'App.AppImage'],
    ['App+AppImage', 'App.AppImage'],
    ['', '?'],
  ])('does not mean %j by %j', (name, pattern) => {
    expect(matchesPattern(name, pattern)).toBe(false);
  });

  test('agrees with a regular expression on any text', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 12 });
    fc.assert(
      fc.property(texts, texts, (name, pattern) => {
        const source = pattern.replace(/[.]/g, '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        expect(matchesPattern(name, pattern)).toBe(new RegExp(`^${source}$`, 's').test(name));
      }),
      { numRuns: 1000 },
    );
  });

  test('is no pattern without a star or a question mark', () => {
    expect(['a*', 'a?', 'a[b]', 'a'].map(isPattern)).toEqual([true, true, false, false]);
  });
});
