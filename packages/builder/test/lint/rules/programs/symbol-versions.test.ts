import { describe, expect, test } from 'vitest';
import { compareVersions } from '../../../../src/lint/rules/programs/symbol-versions.ts';
import { makeDynamicElf, makeProgram } from '../../make-dynamic-elf.ts';
import { type FixtureTree, lintFixture } from '../../rule-fixture.ts';

const needing = (versions: Readonly<Record<string, readonly string[]>>) => ({
  'usr/bin/hello': { mode: 0o755, text: makeProgram({ versions }) },
});

async function messages(tree: FixtureTree, rule: string, oldest?: string): Promise<string[]> {
  const { findings } = await lintFixture(tree, oldest === undefined ? {} : { settings: { oldest } });
  return findings.filter((finding) => finding.rule === rule).map(({ message }) => message);
}

describe('A C library that must be too new', () => {
  test('is told with the releases that lack it, and the oldest that has it', async () => {
    const [message] = await messages(needing({ 'libc.so.6': ['GLIBC_2.36', 'GLIBC_2.4'] }), 'glibc-too-new');
    expect(message).toContain('GLIBC_2.36 of libc.so.6');
    expect(message).toContain('RHEL 8, RHEL 9 and Ubuntu 22.04 lack it');
    expect(message).toContain('Debian 12 is the oldest that has it');
  });

  test('is judged by the release that the caller names', async () => {
    const tree = needing({ 'libc.so.6': ['GLIBC_2.31'] });
    expect(await messages(tree, 'glibc-too-new')).toEqual([]);
    expect(await messages(tree, 'glibc-too-new', 'rhel-8')).toHaveLength(1);
    expect(await messages(tree, 'glibc-too-new', 'debian-11')).toEqual([]);
    await expect(messages(tree, 'glibc-too-new', 'debian-0')).rejects.toThrow(RangeError);
  });

  test('is asked for by a capability too', async () => {
    const tree = needing({ 'libc.so.6': ['GLIBC_2.2.5', 'GLIBC_ABI_DT_RELR'] });
    const [message] = await messages(tree, 'glibc-too-new');
    expect(message).toContain('GLIBC_ABI_DT_RELR');
    expect(message).toContain('Debian 12 is the oldest that has it');
  });

  test('is of no account where the image has one of its own', async () => {
    const tree = {
      ...needing({ 'libc.so.6': ['GLIBC_2.43'] }),
      'lib/ld-linux-x86-64.so.2': makeDynamicElf({ soname: 'ld-linux-x86-64.so.2' }),
      'lib/libc.so.6': makeDynamicElf({ soname: 'libc.so.6' }),
    };
    expect(await messages(tree, 'glibc-too-new')).toEqual([]);
  });
});

test('Versions of a C++ library that is inside are not asked of the system', async () => {
  const tree = needing({ 'libstdc++.so.6': ['GLIBCXX_3.4.99'] });
  expect(await messages(tree, 'libstdcxx-too-new')).toHaveLength(1);
  const inside = { 'usr/lib/libstdc++.so.6': makeDynamicElf({ soname: 'libstdc++.so.6' }) };
  expect(await messages({ ...tree, ...inside }, 'libstdcxx-too-new')).toEqual([]);
});

test('Names that are no versions, such as those of private parts, count for nothing', async () => {
  const tree = needing({ 'libc.so.6': ['GLIBC_PRIVATE', 'GLIBC_', 'GLIBC_2.x'], 'libx.so.1': ['LIBX_99'] });
  expect(await messages(tree, 'glibc-too-new')).toEqual([]);
});

test('Versions are compared by their numbers', () => {
  const sorted = ['2.4', '2.2.5', '2.34', '2.9', '2.2'].toSorted(compareVersions);
  expect(sorted).toEqual(['2.2', '2.2.5', '2.4', '2.9', '2.34']);
});
