import { testWith } from '@appimage-js/testing';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { compareVersions } from '../../src/versions/compare-versions.ts';

describe('versions', () => {
  test.each([
    [
      'semver.org, section 11',
      [
        '1.0.0-alpha',
        '1.0.0-alpha.1',
        '1.0.0-alpha.beta',
        '1.0.0-beta',
        '1.0.0-beta.2',
        '1.0.0-beta.11',
        '1.0.0-rc.1',
        '1.0.0',
      ],
    ],
    ['numbers as numbers', ['0.9', '0.10', '1.2.3', '1.2.10', '1.10.0', '2', '20260101']],
    ['pre-releases of other forms', ['1.0~rc1', '1.0', '1.1-beta', '1.1', '1.2rc1', '1.2rc2', '1.2']],
    ['packages of one release', ['1.0', '1.0-1', '1.0-2', '1.0-10', '1.0.1']],
    ['numbers of any length', ['1.99999999999999999998', '1.99999999999999999999']],
    ['a letter behind', ['1.1.0', '1.1.0a', '1.1.1', '1.1.1n']],
  ])('are in the order of %s', (_, ordered) => {
    for (const [index, version] of ordered.entries()) {
      for (const [other, later] of ordered.entries()) {
        expect([version, later, Math.sign(compareVersions(version, later) ?? Number.NaN)]).toEqual([
          version,
          later,
          Math.sign(index - other),
        ]);
      }
    }
  });

  test.each([
    ['v1.2', '1.2'],
    ['1.2.0', '1.2'],
    ['1.2+build.5', '1.2'],
    ['version-3.1', 'V3.1'],
    ['1.02', '1.2'],
  ])('%s and %s are the same', (a, b) => {
    expect(compareVersions(a, b)).toBe(0);
  });

  test.each(['continuous', 'latest', '', 'nightly-2026', 'v'])('nothing is known of the order of %j', (name) => {
    expect(compareVersions(name, '1.0')).toBeUndefined();
    expect(compareVersions('1.0', name)).toBeUndefined();
  });

  testWith(['dpkg'], 'made of numbers and dots are in the order of dpkg', () => {
    const random = seededRandom(7);
    const version = () =>
      Array.from({ length: 1 + Math.floor(random() * 4) }, () => Math.floor(random() ** 4 * 200)).join('.');
    for (let round = 0; round < 40; round++) {
      const [a, b] = [`${version()}.1`, `${version()}.1`];
      const isOlder = execaSync('dpkg', ['--compare-versions', a, 'lt', b], { reject: false }).exitCode === 0;
      expect([a, b, (compareVersions(a, b) ?? 0) < 0]).toEqual([a, b, isOlder]);
    }
  });
});
