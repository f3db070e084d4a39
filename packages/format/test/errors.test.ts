import { describe, expect, test } from 'vitest';
import { AppImageError, isAppImageError } from '../src/errors.ts';

describe('an AppImageError', () => {
  test('has the fields that are known, and no others', () => {
    const cause = new Error('why');
    const error = new AppImageError('io', 'Cannot read', { cause, path: 'a', offset: 0 });
    expect(error).toMatchObject({ code: 'io', message: 'Cannot read', path: 'a', offset: 0, cause });
    expect('url' in error).toBe(false);
    expect('cause' in new AppImageError('io', 'x')).toBe(false);
  });

  test('is JSON without what is not known', () => {
    expect(JSON.parse(JSON.stringify(new AppImageError('limit', 'Too much', { url: 'https://example.org' })))).toEqual({
      code: 'limit',
      message: 'Too much',
      url: 'https://example.org',
    });
  });

  test('is recognized, even of another copy of the package', () => {
    const copy = Object.assign(new Error('x'), { name: 'AppImageError', code: 'io' });
    expect([new AppImageError('io', 'x'), copy].every(isAppImageError)).toBe(true);
    expect(
      [new Error('x'), undefined, null, 'AppImageError', { name: 'AppImageError', code: 'io' }].some(isAppImageError),
    ).toBe(false);
  });
});
