import { describe, expect, test } from 'vitest';
import { nextPage } from '../../src/resolve/releases/pages.ts';

const CURRENT = 'https://api.example.org/releases?page=1';

describe('the next page', () => {
  test.each([
    ['<https://api.example.org/releases?page=2>; rel="next"', 'https://api.example.org/releases?page=2'],
    ['<?page=9>; rel="last", <?page=2>; rel="next"', 'https://api.example.org/releases?page=2'],
    ['<?page=2>; title="a; b"; rel=next', 'https://api.example.org/releases?page=2'],
    ['<?page=2>; rel="prefetch next"', 'https://api.example.org/releases?page=2'],
    ['</x,y?page=2>;rel="next"', 'https://api.example.org/x,y?page=2'],
  ])('of %j is %s', (link, expected) => {
    expect(nextPage(link, CURRENT)).toBe(expected);
  });

  test.each([
    null,
    '',
    'next',
    '<?page=2>; rel="prev"',
    '<?page=2>; rel="nextish"',
    '<https://other.example.org/releases?page=2>; rel="next"',
    '<http://api.example.org/releases?page=2>; rel="next"',
    '<https://api.example.org/releases?page=1>; rel="next"',
    '<http://[>; rel="next"',
  ])('of %j is none', (link) => {
    expect(nextPage(link, CURRENT)).toBeUndefined();
  });
});
