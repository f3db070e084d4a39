import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { describe, expect, test } from 'vitest';
import { type DesktopEntryFlaw, validateDesktopEntry } from '../../../src/index.ts';
import { generateEntries } from './generate-entries.ts';

const INSTALLED = '/usr/share/applications';
const RIGHT = '[Desktop Entry]\nType=Application\nName=App\nExec=app\nIcon=app\nCategories=Utility;\n';

type Severity = DesktopEntryFlaw['severity'];

/** What desktop-file-validate says of many files, by their paths; each severity that it has found. */
function judge(paths: readonly string[]): Map<string, Set<Severity>> {
  const { stdout } = spawnSync('desktop-file-validate', paths, { encoding: 'latin1', maxBuffer: 2 ** 26 });
  const verdicts = new Map<string, Set<Severity>>(paths.map((path) => [path, new Set()]));
  let current = '';
  for (const line of stdout.split('\n')) {
    current = paths.find((path) => line.startsWith(`${path}: `)) ?? current;
    const [, word, future] = /: (error|warning|hint): (\(will be fatal)?/.exec(line) ?? [];
    if (!line.startsWith(`${current}: `) || word === undefined) continue;
    const severity = word === 'hint' ? 'note' : word === 'error' && future === undefined ? 'error' : 'warning';
    verdicts.get(current)?.add(severity);
  }
  return verdicts;
}

function severities(bytes: Uint8Array | string, fileName: string): Severity[] {
  return [...new Set(validateDesktopEntry(bytes, { fileName }).map(({ severity }) => severity))].sort();
}

describe('Desktop entries are judged as desktop-file-validate judges them:', () => {
  testWith(['desktop-file-validate'], 'generated ones', () => {
    const folder = temporaryFolder();
    const entries = generateEntries(600, 20261121);
    const paths = entries.map((entry, index) => {
      const path = join(folder, `org.example.e${index}x.desktop`);
      writeFileSync(path, entry);
      return path;
    });
    const verdicts = judge(paths);
    const differences = paths.flatMap((path, index) => {
      const entry = entries[index] as string;
      const expected = [...(verdicts.get(path) ?? [])].sort();
      const found = severities(entry, path);
      return `${found}` === `${expected}` ? [] : { entry, expected, found };
    });
    expect(differences).toEqual([]);
  });

  testWith(['desktop-file-validate', INSTALLED], 'those that are installed', () => {
    const names = readdirSync(INSTALLED).filter((name) => name.endsWith('.desktop'));
    const paths = names.map((name) => join(INSTALLED, name));
    const verdicts = judge(paths);
    for (const path of paths) {
      const expected = [...(verdicts.get(path) ?? [])].sort();
      expect({ path, found: severities(readFileSync(path), path) }).toEqual({ path, found: expected });
    }
  });
});

describe('A flaw', () => {
  test('says where it is', () => {
    expect(validateDesktopEntry(`${RIGHT}Version=9\n`)).toEqual([
      {
        severity: 'error',
        line: 7,
        key: 'Version',
        message: 'the version must be one of the specification, found "9"',
      },
    ]);
  });

  test('is not there in an entry that is right', () => {
    expect(validateDesktopEntry(RIGHT)).toEqual([]);
  });
});

test('Any bytes are judged', () => {
  const random = seededRandom(7);
  for (let round = 0; round < 300; round++) {
    const noise = Uint8Array.from({ length: 200 }, () => Math.floor(random() * 256));
    expect(validateDesktopEntry(noise).some(({ severity }) => severity === 'error')).toBe(true);
  }
});

test('A megabyte of the same again is no more work than its length', () => {
  const list = `Categories=${'Utility;'.repeat(60_000)}`;
  const keys = Array.from({ length: 60_000 }, (_, index) => `X-K${index % 50_000}=1`).join('\n');
  const flaws = validateDesktopEntry(`${RIGHT}${list}\n${keys}\n`);
  expect(flaws.filter(({ message }) => message.includes('again'))).toHaveLength(10_001);
});
