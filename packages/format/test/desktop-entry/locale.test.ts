import { describe, expect, test } from 'vitest';
import { localeCandidates } from '../../src/desktop-entry/index.ts';

describe('localeCandidates', () => {
  test.each([
    ['sr_YU@Latn', ['sr_YU@Latn', 'sr_YU', 'sr@Latn', 'sr']],
    ['de_DE.UTF-8', ['de_DE', 'de']],
    ['de_DE.UTF-8@euro', ['de_DE@euro', 'de_DE', 'de@euro', 'de']],
    ['sr@Latn', ['sr@Latn', 'sr']],
    ['eo', ['eo']],
    ['C', []],
    ['C.UTF-8', []],
    ['POSIX', []],
    ['', []],
  ])('of %j are those of the specification, in its order', (locale, candidates) => {
    expect(localeCandidates(locale)).toEqual(candidates);
  });
});
