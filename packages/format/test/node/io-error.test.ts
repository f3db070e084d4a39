import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ioError, systemReason } from '../../src/node/io-error.ts';

function systemError(code: string, errno: number): Error {
  return Object.assign(new Error(`${code}: said by the system`), { code, errno });
}

describe('the reason of the system', () => {
  test.each([
    ['ENOENT', -2, 'there is no such file or directory (ENOENT)'],
    ['EACCES', -13, 'permission denied (EACCES)'],
    ['ENOSPC', -28, 'the disk is full; make room or choose another place (ENOSPC)'],
    ['EXDEV', -18, 'cross-device link not permitted (EXDEV)'],
  ])('%s is in words, with its code', (code, errno, words) => {
    expect(systemReason(systemError(code, errno))).toBe(words);
  });

  test('is what there is, where it is none of the system', () => {
    expect(systemReason(new Error('something else'))).toBe('something else');
    expect(systemReason('text')).toBe('text');
    expect(systemReason(systemError('EUNKNOWN', -99_999))).toMatch(/\(EUNKNOWN\)$/);
  });
});

test('an error of the system becomes one of the toolkit', () => {
  let cause: unknown;
  try {
    readFileSync('/nowhere/at/all');
  } catch (error) {
    cause = error;
  }
  expect(ioError('Cannot read settings', '/nowhere/at/all', cause)).toMatchObject({
    name: 'AppImageError',
    code: 'io',
    path: '/nowhere/at/all',
    cause,
    message: 'Cannot read settings: there is no such file or directory (ENOENT)',
  });
});
