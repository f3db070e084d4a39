export { LINT_RULES } from './all-checks.ts';
export { type LintOptions, type LintReport, lintAppImage } from './lint-appimage.ts';
export {
  type Finding,
  LINT_PROFILES,
  type LintProfile,
  type Rule,
  type RuleSource,
  SEVERITIES,
  type Severity,
} from './rule.ts';
export type { RuleLevels } from './rule-levels.ts';
export type { LintSettings } from './subject/subject.ts';
