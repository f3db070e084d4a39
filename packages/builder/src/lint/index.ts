export { LINT_RULES } from './all-checks.ts';
export { type LintOptions, type LintReport, lintAppImage } from './lint-appimage.ts';
export {
  type SarifDriver,
  type SarifLocation,
  type SarifLog,
  type SarifOptions,
  type SarifResult,
  type SarifRule,
  type SarifRun,
  type SarifText,
  toSarif,
} from './report/sarif.ts';
export {
  type Finding,
  LINT_PROFILES,
  type LintProfile,
  type Rule,
  type RuleSource,
  SEVERITIES,
  type Severity,
} from './rule.ts';
export { hasRule, type RuleLevels } from './rule-levels.ts';
export type { LintSettings } from './subject/subject.ts';
