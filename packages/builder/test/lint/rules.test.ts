import { testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { LINT_RULES, type LintReport } from '../../src/lint/index.ts';
import { appstreamFixtures } from './fixtures/appstream.ts';
import { contentFixtures } from './fixtures/content.ts';
import { desktopEntryFixtures } from './fixtures/desktop-entry.ts';
import { iconsFixtures } from './fixtures/icons.ts';
import { imageFixtures } from './fixtures/image.ts';
import { programsFixtures } from './fixtures/programs.ts';
import { structureFixtures } from './fixtures/structure.ts';
import { lintFixture, type RuleFixture } from './rule-fixture.ts';

const FIXTURES: ReadonlyMap<string, RuleFixture> = new Map(
  [
    imageFixtures,
    structureFixtures,
    desktopEntryFixtures,
    appstreamFixtures,
    iconsFixtures,
    programsFixtures,
    contentFixtures,
  ].flatMap((each) => Object.entries(each)),
);

test('Each rule has fixtures, and no fixture is without its rule', () => {
  expect([...FIXTURES.keys()].sort()).toEqual(LINT_RULES.map(({ id }) => id).sort());
});

test('Rules are told apart by their ids, which are words in kebab-case', () => {
  const ids = LINT_RULES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
});

test('Texts of rules are sentences without a period', () => {
  for (const { summary, remedy } of LINT_RULES) {
    expect(summary).toMatch(/^[A-Z.].*[^.]$/);
    expect(remedy).toMatch(/^([A-Z]|chmod ).*[^.]$/);
  }
});

describe.each([...FIXTURES])('%s', (id, fixture) => {
  testWith(fixture.needs ?? [], 'is reported', async () => {
    const found = findingsOf(id, await lintFixture(fixture.triggers, fixture));
    expect(found).not.toEqual([]);
    if (fixture.path !== undefined) expect(found.map(({ path }) => path)).toContain(fixture.path);
  });

  testWith(fixture.needs ?? [], 'is not reported where all is well', async () => {
    expect(findingsOf(id, await lintFixture(fixture.passes ?? {}, fixture))).toEqual([]);
  });
});

function findingsOf(id: string, { findings }: LintReport) {
  return findings.filter(({ rule }) => rule === id);
}
