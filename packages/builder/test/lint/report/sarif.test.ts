import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import draft04 from 'ajv-draft-04';
import { describe, expect, test } from 'vitest';
import { type LintReport, lintAppImage, toSarif } from '../../../src/index.ts';
import { fixtureImage } from '../rule-fixture.ts';

const isValid = new draft04.default({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);

async function report(): Promise<LintReport> {
  const image = await fixtureImage({ AppRun: undefined, 'bad\udcffname \u00e4#.pem': '', '.DirIcon': undefined });
  return lintAppImage(image, { profile: 'strict' });
}

describe('A SARIF log', () => {
  test('is valid by the schema of the standard', async () => {
    for (const isDirectory of [true, false]) {
      const log = toSarif(await report(), { file: 'My App.AppDir', isDirectory, version: '1.0.0' });
      const isGood = isValid(JSON.parse(JSON.stringify(log)));
      expect(isValid.errors ?? []).toEqual([]);
      expect(isGood).toBe(true);
    }
  });

  test('of nothing is valid, too', () => {
    const nothing: LintReport = { profile: 'spec', findings: [], counts: { error: 0, warning: 0, note: 0 } };
    expect(isValid(toSarif(nothing, { file: 'a', isDirectory: false }))).toBe(true);
  });

  test('names each rule that has findings once, and each finding its rule', async () => {
    const { findings } = await report();
    const [run] = toSarif(await report(), { file: 'a', isDirectory: false }).runs;
    const rules = run.tool.driver.rules.map(({ id }) => id);
    expect(new Set(rules)).toEqual(new Set(findings.map(({ rule }) => rule)));
    expect(rules).toHaveLength(new Set(rules).size);
    for (const { ruleId, ruleIndex } of run.results) expect(rules[ruleIndex]).toBe(ruleId);
  });

  test('points to files in a directory, and to the image itself', () => {
    const finding = {
      rule: 'app-run-format',
      severity: 'error',
      path: 'usr/bin/a b\udcff',
      line: 3,
      message: 'expected a, found b',
      source: { name: 'test' },
      remedy: 'mend it',
    } as const;
    const one: LintReport = { profile: 'strict', findings: [finding], counts: { error: 1, warning: 0, note: 0 } };
    const locationOf = (file: string, isDirectory: boolean) =>
      toSarif(one, { file, isDirectory }).runs[0].results[0]?.locations[0].physicalLocation;
    expect(locationOf('build/App Dir/', true)).toEqual({
      artifactLocation: { uri: 'build/App%20Dir/usr/bin/a%20b%FF' },
      region: { startLine: 3 },
    });
    expect(locationOf('App.AppImage', false)).toEqual({ artifactLocation: { uri: 'App.AppImage' } });
    expect(locationOf('https://example.org/a b.AppImage', false)).toEqual({
      artifactLocation: { uri: 'https://example.org/a%20b.AppImage' },
    });
  });
});
