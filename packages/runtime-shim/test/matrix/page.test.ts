import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { renderTables, withTables } from './page.ts';

const path = fileURLToPath(new URL('../../../../docs/runtime-hosts.md', import.meta.url));

test('the page for users says what the matrix shows (vitest -u writes it)', async () => {
  const page = readFileSync(path, 'utf8');
  await expect(withTables(page, renderTables(['ELF', 'shImg']))).toMatchFileSnapshot(path);
});
