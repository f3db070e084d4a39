/** How much a finding weighs: an error keeps an image from working somewhere, or from being accepted; a note is only worth knowing. */
export type Severity = 'error' | 'warning' | 'note';

/** All severities, the gravest first. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

/**
 * Sets of rules.
 *
 * - `recommended`: what makes an image work for most people; without the rules that are a matter of taste. The default
 * - `spec`: what the AppImage specification demands and advises, and what the specifications that it leans on do
 * - `appimagehub`: what the catalogue of AppImages asks for before it takes an application
 * - `strict`: every rule there is
 */
export type LintProfile = 'recommended' | 'spec' | 'appimagehub' | 'strict';

/** All profiles, the default first. */
export const LINT_PROFILES: readonly LintProfile[] = ['recommended', 'spec', 'appimagehub', 'strict'];

/** Who demands what a rule checks. */
export interface RuleSource {
  /** Such as "AppImage specification, Contents of the image". */
  readonly name: string;
  readonly url?: string;
}

/** A rule as data; what it looks for is done by the {@link Check} that lists it. */
export interface Rule {
  /** Kebab-case words that never change, such as `desktop-entry-missing`: people name it in their configuration. */
  readonly id: string;
  /** What its findings weigh, unless the finding itself, the profile or the caller says otherwise. */
  readonly severity: Severity;
  /** What must hold, in one sentence without a final period. */
  readonly summary: string;
  readonly source: RuleSource;
  /** What to do about a finding, in one sentence without a final period. */
  readonly remedy: string;
  /** The profiles that have the rule; `strict` has all and is not named. */
  readonly profiles: readonly Exclude<LintProfile, 'strict'>[];
  /** What its findings weigh in some profiles, whatever they weigh elsewhere. */
  readonly severityIn?: Readonly<Partial<Record<LintProfile, Severity>>>;
}

/** Something that is not as a rule wants it. */
export interface Finding {
  /** The id of the rule. */
  readonly rule: string;
  readonly severity: Severity;
  /** Where in the image, as `decodeFileName` makes names; null for what is about the file as a whole. */
  readonly path: string | null;
  /** Counted from 1; only where the place is a line of a text. */
  readonly line?: number;
  /** What was expected and what was found, without a final period. */
  readonly message: string;
  readonly source: RuleSource;
  readonly remedy: string;
}
