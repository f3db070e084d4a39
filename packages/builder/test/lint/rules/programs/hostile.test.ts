import { seededRandom } from '@appimage-js/testing/seeded-random';
import { expect, test } from 'vitest';
import { makeDynamicElf, makeProgram } from '../../make-dynamic-elf.ts';
import { lintFixture } from '../../rule-fixture.ts';

const RECIPE = {
  needed: ['libgreet.so.1', 'libc.so.6'],
  runpath: '$ORIGIN/../lib',
  versions: { 'libc.so.6': ['GLIBC_2.2.5', 'GLIBC_2.34'], 'libgreet.so.1': ['GREET_1'] },
};

test('Damage of any byte of a program is a finding at most', async () => {
  const whole = makeProgram(RECIPE);
  const random = seededRandom(5);
  const tree: Record<string, { mode: number; text: Uint8Array }> = {};
  for (let index = 0; index < whole.length; index++) {
    const bytes = whole.slice();
    bytes[index] = Math.floor(random() * 256);
    tree[`usr/lib/app/${index}`] = { mode: 0o755, text: bytes };
  }
  const { findings } = await lintFixture({
    ...tree,
    'usr/lib/libgreet.so.1': makeDynamicElf({ soname: 'libgreet.so.1' }),
  });
  expect(findings.some(({ rule }) => rule === 'elf-damaged')).toBe(true);
});
