import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RULE_GROUPS } from '../../src/lint/all-checks.ts';
import { LINT_PROFILES, type Rule, type Severity } from '../../src/lint/index.ts';

const PAGE = join(import.meta.dirname, '../../../../docs/lint-rules.md');

const INTRODUCTION = `# What \`appimage validate\` looks for

Made from the rules themselves, by \`npx vitest run test/lint/rules-page.test.ts -u\` in \`packages/builder\`. Each rule has an example that it
reports and one that it does not, in \`packages/builder/test/lint/fixtures\`.

The profile \`strict\` has every rule. A weight in brackets is that of the profile before it, where it differs from the rule's own. What a rule
is to weigh, or that it is left out, can be said with \`--rule ID=LEVEL\`.
`;

function page(): string {
  const groups = RULE_GROUPS.map(({ title, checks }) => {
    const rows = checks.flatMap(({ rules }) => rules).map(row);
    return [
      `## ${title}`,
      '',
      '| rule | weight | profiles | demands | remedy | by |',
      '| --- | --- | --- | --- | --- | --- |',
      ...rows,
      '',
    ].join('\n');
  });
  return [INTRODUCTION, ...groups].join('\n');
}

function row({ id, severity, summary, remedy, source, profiles, severityIn }: Rule): string {
  const weighed = (name: string, weight: Severity | undefined) => (weight === undefined ? name : `${name} (${weight})`);
  const named = LINT_PROFILES.filter((profile) => profile !== 'strict' && profiles.includes(profile));
  const strict = severityIn?.strict === undefined ? [] : [weighed('strict', severityIn.strict)];
  const profileTexts = [...named.map((profile) => weighed(profile, severityIn?.[profile])), ...strict];
  const by = source.url === undefined ? source.name : `[${source.name}](${source.url})`;
  const cells = [`\`${id}\``, severity, profileTexts.join(', ') || 'strict', summary, remedy, by];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;')).join(' | ')} |`;
}

test('The page of the rules tells of all of them, as they are', async () => {
  await expect(page()).toMatchFileSnapshot(PAGE);
});
