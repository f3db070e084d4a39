import { expect, test } from 'vitest';
import { satisfies } from '../src/version-range.js';

const range = '^22.18 || ^24.11 || >=26';

test.for(['22.18.0', 'v22.20.1', '24.11.0', '24.21.3', '26.0.0', '27.1.0'])('%s is fit', (version) => {
  expect(satisfies(version, range)).toBe(true);
});

test.for(['18.20.4', 'v20.20.2', '22.17.9', '23.11.0', '24.10.9', '25.9.0'])('%s is not fit', (version) => {
  expect(satisfies(version, range)).toBe(false);
});

test('an operator that is not known is an error, not a guess', () => {
  expect(() => satisfies('24.0.0', '~24.0')).toThrow('expected ^x or >=x, found "~24.0"');
});
