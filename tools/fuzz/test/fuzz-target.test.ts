import { AppImageError } from '@appimage-js/format';
import { describe, expect, test } from 'vitest';
import { fuzzTarget, inputOf } from '../src/fuzz-target.ts';
import type { Finding, Target } from '../src/target.ts';
import { targets } from '../src/targets/index.ts';

const SEEDS = [Uint8Array.from({ length: 300 }, (_, index) => index)];

async function fuzz(read: Target['read'], iterations = 50) {
  const findings: Finding[] = [];
  let started = 0;
  const counts: Record<string, number> = {};
  await fuzzTarget(
    { seeds: async () => SEEDS, read },
    {
      name: 'test',
      seed: 7,
      first: 0,
      step: 1,
      isOver: () => started >= iterations,
      onStart: () => {
        started += 1;
      },
      onEnd: (kind) => {
        counts[kind] = (counts[kind] ?? 0) + 1;
      },
      onFinding: (finding) => findings.push(finding),
    },
  );
  return { counts, findings };
}

describe('an input', () => {
  test('is the same for the same seed and iteration, and another for others', () => {
    expect(inputOf(SEEDS, 1, 2)).toEqual(inputOf(SEEDS, 1, 2));
    expect(inputOf(SEEDS, 1, 2)).not.toEqual(inputOf(SEEDS, 1, 3));
    expect(inputOf(SEEDS, 1, 2)).not.toEqual(inputOf(SEEDS, 2, 2));
  });

  test('that is read or refused is counted', async () => {
    const read = async (input: Uint8Array) => {
      if (input[0] === 0) throw new AppImageError('malformed', 'no');
    };
    const { counts, findings } = await fuzz(read);
    expect(findings).toEqual([]);
    expect((counts['malformed'] ?? 0) + (counts['read'] ?? 0)).toBe(50);
  });

  test('that throws anything else is a finding that can be made again', async () => {
    const { counts, findings } = await fuzz(async () => {
      throw new RangeError('Invalid array length');
    }, 3);
    expect(counts).toEqual({ finding: 3 });
    expect(findings[2]).toMatchObject({
      target: 'test',
      iteration: 2,
      reason: expect.stringContaining('Invalid array'),
    });
    expect(findings[2]?.input).toEqual(inputOf(SEEDS, 7, 2));
  });
});

test.each(Object.entries(targets))('%s reads its valid inputs, and some damaged ones', async (name, target) => {
  const seeds = await target.seeds();
  expect(seeds.length).toBeGreaterThan(0);
  for (const seed of seeds) await target.read(seed);
  for (let iteration = 0; iteration < 40; iteration++) {
    const outcome = await target.read(inputOf(seeds, 1, iteration)).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome, `${name} ${iteration}`).toMatchObject({ name: 'AppImageError' });
  }
});
