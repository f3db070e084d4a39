import { existsSync, mkdirSync, readdirSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { sharedFolder, temporaryFolder } from '../src/index.ts';

describe('a temporary folder', () => {
  const seen: string[] = [];
  let made = '';
  beforeEach(() => {
    made = temporaryFolder();
  });

  test.for([1, 2])('is new, empty and open to other users, and may be made before each test: %i', () => {
    expect(readdirSync(made)).toEqual([]);
    expect(statSync(made).mode & 0o777).toBe(0o755);
    expect(seen.filter((folder) => folder === made || existsSync(folder))).toEqual([]);
    mkdirSync(join(made, 'a'));
    writeFileSync(join(made, 'a/file'), '');
    seen.push(made);
  });

  test('is where it is wanted, without symlinks in its path', () => {
    mkdirSync(join(made, 'real'));
    symlinkSync('real', join(made, 'link'));
    const inner = temporaryFolder(join(made, 'link'));
    expect(dirname(inner)).toBe(join(made, 'real'));
    expect(realpathSync(inner)).toBe(inner);
  });
});

describe('a shared folder', () => {
  let folder = '';
  describe('of some tests', () => {
    folder = sharedFolder();
    test('is kept', () => writeFileSync(join(folder, 'file'), ''));
    test('from one to the next', () => expect(readdirSync(folder)).toEqual(['file']));
  });

  test('is gone after the last', () => expect(existsSync(folder)).toBe(false));
});
