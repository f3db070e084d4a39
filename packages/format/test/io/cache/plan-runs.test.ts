import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BlockRange, planRuns } from '../../../src/io/cache/plan-runs.ts';

interface Case {
  readonly wanted: readonly (readonly [number, number])[];
  readonly there?: readonly number[];
  readonly gap?: number;
  readonly maximum?: number;
}

function plan({ wanted, there = [], gap = 0, maximum = 100 }: Case): (readonly [number, number])[] {
  const ranges = wanted.map(([first, end]) => ({ first, end }));
  const runs = planRuns(ranges, { isThere: (index) => there.includes(index), gap, maximum });
  return runs.map(({ first, end }) => [first, end]);
}

test.each<[string, Case, readonly (readonly [number, number])[]]>([
  ['nothing for nothing', { wanted: [] }, []],
  ['nothing for what is there', { wanted: [[0, 3]], there: [0, 1, 2] }, []],
  ['one for a range', { wanted: [[2, 5]] }, [[2, 5]]],
  [
    'one for neighbours in any order',
    {
      wanted: [
        [5, 6],
        [2, 4],
        [4, 5],
      ],
    },
    [[2, 6]],
  ],
  [
    'one for ranges over each other',
    {
      wanted: [
        [2, 8],
        [3, 4],
        [5, 9],
      ],
    },
    [[2, 9]],
  ],
  [
    'two for ranges far apart',
    {
      wanted: [
        [0, 1],
        [3, 4],
      ],
      gap: 1,
    },
    [
      [0, 1],
      [3, 4],
    ],
  ],
  [
    'one for ranges near each other, with what is between',
    {
      wanted: [
        [0, 1],
        [2, 3],
      ],
      gap: 1,
    },
    [[0, 3]],
  ],
  [
    'two where what is between is there',
    {
      wanted: [
        [0, 1],
        [2, 3],
      ],
      there: [1],
      gap: 1,
    },
    [
      [0, 1],
      [2, 3],
    ],
  ],
  [
    'what is missing of a range',
    { wanted: [[0, 6]], there: [0, 3] },
    [
      [1, 3],
      [4, 6],
    ],
  ],
  [
    'several for a long range',
    { wanted: [[0, 5]], maximum: 2 },
    [
      [0, 2],
      [2, 4],
      [4, 5],
    ],
  ],
])('plans %s', (_, request, runs) => {
  expect(plan(request)).toEqual(runs);
});

test('whatever is wanted: all that is missing comes, once, nothing that is there, nothing far from what is wanted', () => {
  const range = fc.tuple(fc.nat(40), fc.nat(10)).map(([first, length]): BlockRange => ({ first, end: first + length }));
  const property = fc.property(
    fc.array(range, { maxLength: 8 }),
    fc.uniqueArray(fc.nat(50)),
    fc.nat(4),
    fc.integer({ min: 1, max: 8 }),
    (wanted, there, gap, maximum) => {
      const runs = planRuns(wanted, { isThere: (index) => there.includes(index), gap, maximum });
      const planned = runs.flatMap(({ first, end }) => Array.from({ length: end - first }, (_, at) => first + at));
      const wishes = new Set(
        wanted.flatMap(({ first, end }) => Array.from({ length: end - first }, (_, at) => first + at)),
      );
      expect(new Set(planned).size).toBe(planned.length);
      expect(planned.filter((index) => there.includes(index))).toEqual([]);
      expect([...wishes].filter((index) => !(there.includes(index) || planned.includes(index)))).toEqual([]);
      for (const { first, end } of runs) {
        expect(end - first).toBeLessThanOrEqual(maximum);
        expect(wishes.has(first) && wishes.has(end - 1)).toBe(true);
        for (let index = first, unwanted = 0; index < end; index++) {
          unwanted = wishes.has(index) ? 0 : unwanted + 1;
          expect(unwanted).toBeLessThanOrEqual(gap);
        }
      }
    },
  );
  fc.assert(property, { numRuns: 500 });
});
