import { readFileSync } from 'node:fs';
import { run, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_OLDEST_RELEASE,
  RELEASES,
  RELEASES_DATE,
  type VersionFamily,
} from '../../../src/lint/data/releases.ts';
import { compareVersions } from '../../../src/lint/rules/programs/symbol-versions.ts';

test('Releases have ids of their own and are in the order of their C library', () => {
  expect(new Set(RELEASES.map(({ id }) => id)).size).toBe(RELEASES.length);
  const versions = RELEASES.map(({ versions: { GLIBC } }) => GLIBC);
  expect(versions).toEqual(versions.toSorted(compareVersions));
});

test('The default is the oldest Ubuntu that is supported', () => {
  const ubuntu = RELEASES.filter(
    ({ id, supportedUntil }) => id.startsWith('ubuntu') && `${supportedUntil}` >= RELEASES_DATE,
  );
  expect(ubuntu[0]?.id).toBe(DEFAULT_OLDEST_RELEASE);
});

/** The release that this machine runs, where it is one of the table. */
function thisRelease() {
  const text = readFileSync('/etc/os-release', 'utf8');
  const field = (key: string) => new RegExp(`^${key}="?([^"\\n]*)`, 'm').exec(text)?.[1] ?? '';
  return RELEASES.find(({ id }) => id === `${field('ID')}-${field('VERSION_ID')}`);
}

const LIBRARIES: Readonly<Record<VersionFamily, string>> = {
  GLIBC: 'libc.so.6',
  GLIBCXX: 'libstdc++.so.6',
  CXXABI: 'libstdc++.so.6',
  GCC: 'libgcc_s.so.1',
};

const release = thisRelease();

/** The versions of a family that the library of this machine offers. */
function offeredVersions(family: VersionFamily): string[] {
  const path = run('gcc', [`-print-file-name=${LIBRARIES[family]}`]).trim();
  const offered = run('readelf', ['-VW', path]).matchAll(new RegExp(`Name: ${family}_(\\d[\\d.]*)`, 'g'));
  return [...offered].map(([, version]) => version as string).toSorted(compareVersions);
}

describe.skipIf(release === undefined)('The row of the release that the tests run on', () => {
  testWith(['gcc', 'readelf'], 'has the version of its C library', () => {
    expect(offeredVersions('GLIBC').at(-1)).toBe(release?.versions.GLIBC);
  });

  // Machines of build services have newer compilers than their release.
  testWith(['gcc', 'readelf'], "has versions that its compiler's libraries offer", () => {
    for (const family of ['GLIBCXX', 'CXXABI', 'GCC'] as const) {
      expect(offeredVersions(family)).toContain(release?.versions[family]);
    }
  });
});
