import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Column, outcomeOf, runs } from './host-condition.ts';
import { groups } from './hosts/index.ts';
import { renderTables, withTables } from './page.ts';

const columns: readonly Column[] = ['ELF', 'shImg', 'shImg without helper'];

const path = fileURLToPath(new URL('../../../../docs/runtime-hosts.md', import.meta.url));

test('the page for users says what the matrix shows (vitest -u writes it)', async () => {
  const page = readFileSync(path, 'utf8');
  await expect(withTables(page, renderTables(columns))).toMatchFileSnapshot(path);
});

test('where an image does not start, there is something that helps', () => {
  const hosts = groups.flatMap((group) => group.hosts);
  const silent = hosts.filter((host) => !(columns.every((column) => runs(outcomeOf(host, column))) || host.advice));
  expect(silent.map(({ name }) => name)).toEqual([]);
});

test('no two conditions have the same name', () => {
  const names = groups.flatMap(({ hosts }) => hosts.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
});
