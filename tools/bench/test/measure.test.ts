import { expect, test } from 'vitest';
import { compare, median } from '../src/measure.ts';
import { formatTable } from '../src/table.ts';

test('the median is the middle value, or the mean of the two in the middle', () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test('contestants take turns in alternating order after one turn that does not count', async () => {
  const turns: string[] = [];
  const contestant = (name: string, times: number[]) => ({
    name,
    measure: async () => {
      turns.push(name);
      return times.shift() ?? 0;
    },
  });
  const { results } = await compare(
    { work: 'w', contestants: [contestant('a', [90, 1, 3]), contestant('b', [90, 5, 9])] },
    2,
  );
  expect(turns).toEqual(['a', 'b', 'b', 'a', 'a', 'b']);
  expect(results.map(({ milliseconds }) => milliseconds)).toEqual([2, 7]);
});

test('a first turn that is long counts', async () => {
  const times = [9_000, 6_000, 7_000];
  const contestant = { name: 'a', measure: async () => times.shift() ?? 0 };
  const { results } = await compare({ work: 'w', contestants: [contestant] }, 2);
  expect(results[0]?.milliseconds).toBe(7_000);
});

test('each contestant is verified once, and cleaned up after every turn, a failed one too', async () => {
  const calls: string[] = [];
  const contestant = {
    name: 'a',
    measure: async () => 1,
    verify: async () => {
      calls.push('verify');
    },
    cleanUp: async () => {
      calls.push('clean up');
    },
  };
  await compare({ work: 'w', contestants: [contestant] }, 2);
  expect(calls).toEqual(['verify', 'clean up', 'clean up', 'clean up']);

  calls.length = 0;
  const failing = { ...contestant, measure: () => Promise.reject(new Error('wrong result')) };
  await expect(compare({ work: 'w', contestants: [failing] }, 1)).rejects.toThrow('wrong result');
  expect(calls).toEqual(['clean up']);
});

test('the table has the ratio of each of ours to each peer, and says why a peer is missing', () => {
  const results = [
    { name: 'command', ours: true, milliseconds: 1500, bytes: 2_000_000 },
    { name: 'library', ours: true, milliseconds: 1000, bytes: 2_000_000 },
    { name: 'peer', ours: false, milliseconds: 2000, bytes: 4_000_000 },
    { name: 'other', ours: false, missing: 'not installed' },
  ];
  expect(formatTable([{ work: 'pack', results, targets: { peer: 1 } }])).toBe(
    [
      'work  by                      time        ratio  target     size        ratio',
      '----  --------------------  ------  -----------  ------  -------  -----------',
      'pack  command               1.50 s                       2.00 MB',
      '      library               1.00 s                       2.00 MB',
      '      peer                  2.00 s  0.75 / 0.50   ≤ 1.0  4.00 MB  0.50 / 0.50',
      '      other: not installed',
      '',
    ].join('\n'),
  );
});
