import { expect, test } from 'vitest';
import { seededRandom } from '../src/seeded-random.ts';

test('the numbers are the same for the same seed, others for another, from 0 to below 1', () => {
  const numbers = (seed: number) => Array.from({ length: 1000 }, seededRandom(seed));
  expect(numbers(7)).toEqual(numbers(7));
  expect(numbers(7)).not.toEqual(numbers(8));
  expect(new Set(numbers(7)).size).toBe(1000);
  expect(numbers(7).every((number) => number >= 0 && number < 1)).toBe(true);
});
