import type { Check } from './check.ts';
import type { Rule } from './rule.ts';
import { appStreamChecks } from './rules/appstream/index.ts';
import { contentChecks } from './rules/content/index.ts';
import { desktopEntryChecks } from './rules/desktop-entry/index.ts';
import { iconChecks } from './rules/icons/index.ts';
import { imageChecks } from './rules/image/index.ts';
import { programChecks } from './rules/programs/index.ts';
import { structureChecks } from './rules/structure/index.ts';

/** A group of rules as the documentation shows them together. */
export interface RuleGroup {
  readonly title: string;
  readonly checks: readonly Check[];
}

export const RULE_GROUPS: readonly RuleGroup[] = [
  { title: 'Image', checks: imageChecks },
  { title: 'Structure', checks: structureChecks },
  { title: 'Desktop entry', checks: desktopEntryChecks },
  { title: 'AppStream', checks: appStreamChecks },
  { title: 'Icons', checks: iconChecks },
  { title: 'Programs', checks: programChecks },
  { title: 'Content', checks: contentChecks },
];

export const ALL_CHECKS: readonly Check[] = RULE_GROUPS.flatMap(({ checks }) => checks);

/** Every rule of {@link lintAppImage}, in the order of the documentation. */
export const LINT_RULES: readonly Rule[] = [...new Set(ALL_CHECKS.flatMap(({ rules }) => rules))];
