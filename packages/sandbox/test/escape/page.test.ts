import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { renderTables, withTables } from './page.ts';
import { PROBES } from './probes.ts';

const path = fileURLToPath(new URL('../../../../docs/escape-suite.md', import.meta.url));

test('the page says what the probes are held to (vitest -u writes it)', async () => {
  await expect(withTables(readFileSync(path, 'utf8'), renderTables())).toMatchFileSnapshot(path);
});

test('no two probes have the same name', () => {
  const names = PROBES.flatMap(({ probes }) => probes.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
});
