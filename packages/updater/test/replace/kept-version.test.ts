import { describe, expect, test } from 'vitest';
import { parseVersionName, versionName } from '../../src/replace/kept-version.ts';

const described = { sequence: 7, digest: '0123456789abcdef', keptAt: new Date('2026-01-02T03:04:05Z') };

describe('the name of a kept version', () => {
  test.each(['1.2.3', null, '2.0~rc1', 'a_b/c', '..', 'ä → ö', "it's (here)!*", '%5F', '\n'])(
    'says again that it is version %j',
    (version) => {
      const name = versionName({ ...described, version });
      expect(name).toMatch(/^0007_20260102T030405Z_[\w.~%-]*_0123456789abcdef$/);
      expect(parseVersionName(name)).toEqual({ ...described, version });
    },
  );

  test('is short enough for every file system, however long the version is', () => {
    expect(versionName({ ...described, version: '𝟙'.repeat(1000) }).length).toBeLessThanOrEqual(255);
  });

  test.each([
    'notes.txt',
    '.unfinished-0001',
    '0001_x_1_0123456789abcdef',
    '1_20260102T030405Z__0123456789abcdef',
    '0001_20269902T030405Z__0123456789abcdef',
    '0001_20260102T030405Z_%_0123456789abcdef',
  ])('is not %s', (name) => {
    expect(parseVersionName(name)).toBeUndefined();
  });
});
