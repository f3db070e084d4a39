import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { installationId } from '../../src/state/installation-id.ts';

test('an installation keeps its identifier, and shares it with no other file and no other user', async () => {
  const [one, other] = [join(temporaryFolder(), 'data'), join(temporaryFolder(), 'data')];
  const [first, ...same] = await Promise.all(Array.from({ length: 5 }, () => installationId(one, '/app')));
  expect(new Set(same)).toEqual(new Set([first]));
  expect(await installationId(one, '/app')).toBe(first);
  expect(await installationId(one, '/other')).not.toBe(first);
  expect(await installationId(other, '/app')).not.toBe(first);
});

test('where nothing can be remembered, the identifier still stays the same', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(await installationId(join(file, 'data'), '/app')).toBe(await installationId(join(file, 'data'), '/app'));
});
