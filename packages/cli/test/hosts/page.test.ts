import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { groups } from '@appimage-js/runtime-shim/test/hosts';
import { expect, test } from 'vitest';
import { kinds } from './kinds.ts';
import { readRecord, renderTables, withTables } from './page.ts';
import { isAsked } from './record.ts';

const path = fileURLToPath(new URL('../../../../docs/run-hosts.md', import.meta.url));

test('the page for users says what was recorded (vitest -u writes it)', async () => {
  await expect(withTables(readFileSync(path, 'utf8'), renderTables())).toMatchFileSnapshot(path);
});

test('every kind was recorded on every host', () => {
  // Nobody here has the programs for DwarFS.
  for (const { name: kind } of kinds.filter(({ name }) => name !== 'DwarFS')) {
    const names = groups.flatMap(({ hosts }) => hosts.filter((host) => isAsked(host, kind)).map(({ name }) => name));
    expect(Object.keys(readRecord(kind) ?? {})).toEqual(names);
  }
});
