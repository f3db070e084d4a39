import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { attempt, writeError } from '../../../src/node/extract/extract-errors.ts';

const taken = Object.assign(new Error('EEXIST: file already exists'), { code: 'EEXIST', errno: -17 });

test('a name that the file system takes for another one, as one without upper and lower case, is told from a damaged image', () => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'folder'));
  writeFileSync(join(root, 'folder/readme'), '');
  const error = writeError({ root, path: 'folder/README' }, taken);
  expect(error).toMatchObject({ name: 'AppImageError', code: 'unsupported', path: 'folder/README', cause: taken });
  expect(error.message).toBe(
    'Cannot extract "folder/README": the file system takes its name for the same as "readme", which is in the image, too; ' +
      'choose a place on one that tells upper and lower case apart',
  );
});

test('a name that is there as it is was in the image twice', () => {
  const root = temporaryFolder();
  for (const name of ['file', 'FILE']) writeFileSync(join(root, name), '');
  expect(writeError({ root, path: 'file' }, taken)).toMatchObject({
    code: 'malformed',
    message: 'Cannot extract "file": its name must be met once, found again',
  });
});

test('a folder that can not be looked into does not hide the error', () => {
  expect(writeError({ root: '/nowhere', path: 'a' }, taken)).toMatchObject({ code: 'malformed', cause: taken });
});

test('what the system refuses is said in words', () => {
  const cause = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC', errno: -28 });
  const failing = () => {
    throw cause;
  };
  expect(() => attempt({ root: '/', path: 'a/b' }, failing)).toThrow(
    expect.objectContaining({
      code: 'io',
      path: 'a/b',
      cause,
      message: 'Cannot extract "a/b": the disk is full; make room or choose another place (ENOSPC)',
    }),
  );
  expect(attempt({ root: '/', path: 'a' }, () => 5)).toBe(5);
});
