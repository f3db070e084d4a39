import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { makeInstanceFolders } from '../../src/portal/instance-folder.ts';

/** What is left of other starts when one has made its folders; each has this for a mark, and this age in seconds. */
function othersAfterStart(
  others: Readonly<Record<string, { readonly mark?: string; readonly age: number }>>,
): string[] {
  const parent = temporaryFolder();
  for (const [name, { mark, age }] of Object.entries(others)) {
    const folder = join(parent, name);
    mkdirSync(folder);
    if (mark !== undefined) writeFileSync(join(folder, 'owner'), mark);
    const then = Date.now() / 1000 - age;
    utimesSync(folder, then, then);
  }
  using _folders = makeInstanceFolders({ instanceFolder: join(parent, '1'), portal: undefined }, 'app');
  return readdirSync(parent).filter((name) => name !== '1');
}

describe('makeInstanceFolders', () => {
  test('leaves the folder of a start alone that has only just begun', () => {
    expect(othersAfterStart({ 2: { age: 0 }, 3: { mark: '', age: 0 } })).toEqual(['2', '3']);
  });

  test('removes what starts have left that are no more', () => {
    const ended = '4194305 1'; // no process can have that number
    const left = { 2: { age: 3600 }, 3: { mark: '', age: 3600 }, 4: { mark: ended, age: 0 } };
    expect(othersAfterStart(left)).toEqual([]);
  });
});
