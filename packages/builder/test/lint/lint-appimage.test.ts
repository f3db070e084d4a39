import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeFileName } from '@appimage-js/format';
import { availableElfRuntimes } from '@appimage-js/runtime-shim';
import { describeWith, temporaryFolder } from '@appimage-js/testing';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { describe, expect, test } from 'vitest';
import { buildAppImage, type LINT_PROFILES, lintAppImage, SEVERITIES } from '../../src/index.ts';
import { goodTree } from './good-tree.ts';
import { imageFixture } from './image-fixture.ts';
import { type FixtureTree, fixtureImage } from './rule-fixture.ts';

/** Writes a fixture to disk, as far as it has files and symlinks. */
function writeTree(changes: FixtureTree = {}): string {
  const root = join(temporaryFolder(), 'Hello.AppDir');
  for (const [path, entry] of Object.entries({ ...goodTree(), ...changes })) {
    if (entry === undefined) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    const target = Buffer.from(encodeFileName(join(root, path)));
    if (typeof entry === 'string' || entry instanceof Uint8Array) writeFileSync(target, entry);
    else if ('link' in entry) symlinkSync(entry.link, target);
    else if ('text' in entry) {
      writeFileSync(target, entry.text);
      chmodSync(target, entry.mode);
    }
  }
  chmodSync(root, 0o755);
  return root;
}

const hasRuntime = { name: 'the native runtime', isThere: availableElfRuntimes().includes('x86_64') };

const idsOf = ({ findings }: Awaited<ReturnType<typeof lintAppImage>>) => findings.map(({ rule }) => rule);

describe('An AppDir with which all is well', () => {
  test('has no finding in any profile but that of all rules', async () => {
    const appDir = writeTree();
    for (const profile of ['recommended', 'spec', 'appimagehub'] as const) {
      expect({ profile, findings: idsOf(await lintAppImage(appDir, { profile })) }).toEqual({ profile, findings: [] });
    }
  });

  test('has none as an image either', async () => {
    const { name, bytes } = await imageFixture()();
    const file = new File([new Uint8Array(bytes)], name);
    for (const profile of ['recommended', 'spec', 'appimagehub'] as const) {
      expect({ profile, findings: idsOf(await lintAppImage(file, { profile })) }).toEqual({ profile, findings: [] });
    }
  });
});

describeWith([hasRuntime], 'An image that is built from it', () => {
  const UPDATES = 'gh-releases-zsync|ada|hello|latest|Hello-*-x86_64.AppImage.zsync';

  test.each(['type-2', 'type-1', 'shimg'] as const)('as %s has nothing but notes', async (type) => {
    const output = join(temporaryFolder(), 'Hello-1.2.3-x86_64.AppImage');
    await buildAppImage({ type, appDir: writeTree(), arch: 'x86_64', output, updateInformation: UPDATES });
    const { findings } = await lintAppImage(output);
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });
});

test('A directory on disk and an image of it have the same findings', async () => {
  const changes: FixtureTree = {
    AppRun: { mode: 0o644, text: '#!/usr/bin/python\n' },
    'org.example.Hello.desktop': '[Desktop Entry]\nName=Hello\n',
    'usr/share/nowhere': { link: '../nothing' },
    'usr/share/name \udcff': 'not UTF-8',
    '.DirIcon': undefined,
  };
  const ofImages = new Set(['runtime-missing']);
  const image = await lintAppImage(await fixtureImage(changes), { profile: 'strict' });
  const appDir = await lintAppImage(writeTree(changes), { profile: 'strict' });
  expect(appDir.findings).toEqual(image.findings.filter(({ rule }) => !ofImages.has(rule)));
  expect(appDir.findings.length).toBeGreaterThan(5);
});

describe('Findings', () => {
  const changes: FixtureTree = { AppRun: undefined, '.DirIcon': undefined, 'icon-128.png': '' };

  test('come with the gravest first, and are counted', async () => {
    const { findings, counts } = await lintAppImage(writeTree(changes), { profile: 'strict' });
    const ranks = findings.map(({ severity }) => SEVERITIES.indexOf(severity));
    expect(ranks).toEqual(ranks.toSorted());
    for (const severity of SEVERITIES) {
      expect(counts[severity]).toBe(findings.filter((finding) => finding.severity === severity).length);
    }
  });

  test('weigh what their profile says', async () => {
    const weightIn = async (profile: (typeof LINT_PROFILES)[number]) =>
      (await lintAppImage(writeTree(changes), { profile })).findings.find(({ rule }) => rule === 'dir-icon-missing')
        ?.severity;
    expect(await weightIn('recommended')).toBe('warning');
    expect(await weightIn('appimagehub')).toBe('error');
  });

  test('of what a build would add weigh less in a directory than in an image', async () => {
    const weightOf = async (input: string | Uint8Array) =>
      (await lintAppImage(input)).findings.find(({ rule }) => rule === 'app-run-missing')?.severity;
    expect(await weightOf(writeTree(changes))).toBe('warning');
    expect(await weightOf(await fixtureImage(changes))).toBe('error');
  });

  test('weigh what the caller says, or are left out', async () => {
    const rules = { 'dir-icon-missing': 'note', 'app-run-missing': 'off', 'desktop-entry-hint': 'error' } as const;
    const { findings } = await lintAppImage(writeTree({ ...changes, ...uncategorized() }), { rules });
    const weights = Object.fromEntries(findings.map(({ rule, severity }) => [rule, severity]));
    expect(weights).toMatchObject({ 'dir-icon-missing': 'note', 'desktop-entry-hint': 'error' });
    expect(weights).not.toHaveProperty('app-run-missing');
  });

  test('of one rule are kept up to a thousand', async () => {
    const lines = Array.from({ length: 1500 }, (_, index) => `Foo${index}=bar`).join('\n');
    const entry = `[Desktop Entry]\nType=Application\nName=Hello\n${lines}\n`;
    const { findings } = await lintAppImage(writeTree({ 'org.example.Hello.desktop': entry }));
    const invalid = findings.filter(({ rule }) => rule === 'desktop-entry-invalid');
    expect(invalid).toHaveLength(1001);
    expect(invalid[0]?.message).toContain('more findings');
  });

  function uncategorized(): FixtureTree {
    return { 'org.example.Hello.desktop': '[Desktop Entry]\nType=Application\nName=Hello\nCategories=X-Foo;\n' };
  }
});

describe('Who asks', () => {
  test('for a rule or a profile that there is not, is told', async () => {
    const appDir = writeTree();
    await expect(lintAppImage(appDir, { rules: { 'no-such-rule': 'off' } })).rejects.toThrow(RangeError);
    await expect(lintAppImage(appDir, { rules: JSON.parse('{"toString":"off"}') })).rejects.toThrow(RangeError);
    await expect(lintAppImage(appDir, { profile: 'lenient' as 'strict' })).rejects.toThrow(RangeError);
  });

  test('about a file that there is not, is told', async () => {
    const path = join(temporaryFolder(), 'nothing.AppImage');
    await expect(lintAppImage(path)).rejects.toMatchObject({ name: 'AppImageError', code: 'io' });
  });

  test('can stop it', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(lintAppImage(writeTree(), { signal })).rejects.toThrow('enough');
  });
});

describe('Damage', () => {
  test('wherever it is, gives findings and no error', async () => {
    const random = seededRandom(20261121);
    const { bytes } = await imageFixture()();
    let damaged = 0;
    for (let round = 0; round < 60; round++) {
      const copy = bytes.slice();
      for (let flip = 0; flip < 1 + random() * 8; flip++) {
        copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
      }
      const { findings } = await lintAppImage(copy, { profile: 'strict' });
      damaged += findings.some(({ severity }) => severity === 'error') ? 1 : 0;
    }
    expect(damaged).toBeGreaterThan(10);
  });

  test('of a directory hides only what is in it', async () => {
    const { bytes } = await imageFixture({ truncatedTo: 700 })();
    expect(idsOf(await lintAppImage(bytes))).toContain('payload-unreadable');
  });
});
