import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseList, provideSystemPackages } from '../src/system-packages.js';

const lists = new URL('../system-packages/', import.meta.url);

test('a list has one package a line, without comments and blanks', () => {
  expect(parseList('# why\nclang\n\n  lld # linker\n')).toEqual(['clang', 'lld']);
});

test.for(readdirSync(lists))('%s is sorted and has no package twice', (name) => {
  const names = parseList(readFileSync(new URL(name, lists), 'utf8'));
  expect(names).toEqual([...new Set(names)].sort());
  expect(names).not.toHaveLength(0);
});

test('without dpkg it says what is needed and goes on', async () => {
  expect(await provideSystemPackages(['toolchain'], { PATH: '/nowhere' })).toMatch(/no dpkg.*clang/);
});
