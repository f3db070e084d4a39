import { compareFileNames, isAboutImage, type ReadOptions, type SourceInput } from '@appimage-js/format';
import { ALL_CHECKS, LINT_RULES } from './all-checks.ts';
import { type Finding, LINT_PROFILES, type LintProfile, SEVERITIES, type Severity } from './rule.ts';
import { type LevelOf, type RuleLevels, resolveLevels } from './rule-levels.ts';
import { NOT_AN_IMAGE } from './rules/image/payload.ts';
import { runChecks } from './run-checks.ts';
import { openSubject } from './subject/open-subject.ts';
import type { LintSettings } from './subject/subject.ts';

/** Options of {@link lintAppImage}. */
export interface LintOptions extends ReadOptions, LintSettings {
  /** Default `recommended`. */
  readonly profile?: LintProfile;
  /** Rules whose findings weigh something else than the profile says, or that are left out. */
  readonly rules?: RuleLevels;
}

/** What {@link lintAppImage} found. */
export interface LintReport {
  readonly profile: LintProfile;
  /** The gravest first, then by rule and place. */
  readonly findings: readonly Finding[];
  /** How many findings there are of each severity. */
  readonly counts: Readonly<Record<Severity, number>>;
}

/**
 * Looks at an AppImage of any type, a bare file system image or an AppDir, and tells what is not as it should be. Nothing in it
 * is run, nothing is mounted, and but for an image at a URL nothing is fetched. What is damaged is a finding, too.
 *
 * @example
 * ```ts
 * import { lintAppImage } from '@appimage-js/builder';
 *
 * export async function isFitForTheCatalogue(file: string): Promise<boolean> {
 *   const { counts } = await lintAppImage(file, { profile: 'appimagehub' });
 *   return counts.error === 0;
 * }
 * ```
 *
 * @param input a path, of a file or directory, a URL, or bytes
 * @throws AppImageError `not-found` or `io` when there is nothing to read
 * @throws RangeError for a profile or a rule that does not exist
 */
export async function lintAppImage(input: SourceInput | string, options: LintOptions = {}): Promise<LintReport> {
  const { profile = 'recommended', rules: levels = {}, signal, ...settings } = options;
  if (!LINT_PROFILES.includes(profile)) {
    throw new RangeError(
      `Cannot lint: profile must be one of ${LINT_PROFILES.join(', ')}, found ${JSON.stringify(profile)}`,
    );
  }
  const levelOf = resolveLevels(LINT_RULES, { profile, levels });
  const findings = sortFindings(await findAll(input, { levelOf, signal, settings }));
  return { profile, findings, counts: countBySeverity(findings) };
}

interface Work extends ReadOptions {
  readonly levelOf: LevelOf;
  readonly settings: LintSettings;
}

async function findAll(input: SourceInput | string, { levelOf, signal, settings }: Work): Promise<Finding[]> {
  try {
    await using subject = await openSubject(input, { signal, settings });
    return await runChecks(subject, ALL_CHECKS, levelOf);
  } catch (error) {
    // A header that contradicts itself keeps a file from being opened at all; a missing file and such is not about the image.
    if (!isAboutImage(error) || error.code === 'not-found' || error.code === 'not-permitted') throw error;
    const severity = levelOf(NOT_AN_IMAGE);
    if (severity === undefined) return [];
    const { id, source, remedy } = NOT_AN_IMAGE;
    return [{ rule: id, severity, path: null, message: error.message, source, remedy }];
  }
}

function sortFindings(findings: readonly Finding[]): Finding[] {
  const order = new Map(LINT_RULES.map(({ id }, index) => [id, index]));
  const rank = ({ rule }: Finding) => order.get(rule) ?? order.size;
  return findings.toSorted(
    (left, right) =>
      SEVERITIES.indexOf(left.severity) - SEVERITIES.indexOf(right.severity) ||
      rank(left) - rank(right) ||
      compareFileNames(left.path ?? '', right.path ?? '') ||
      (left.line ?? 0) - (right.line ?? 0),
  );
}

function countBySeverity(findings: readonly Finding[]): Record<Severity, number> {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return { error: count('error'), warning: count('warning'), note: count('note') };
}
