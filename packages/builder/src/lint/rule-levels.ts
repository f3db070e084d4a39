import type { LintProfile, Rule, Severity } from './rule.ts';

/** What a caller wants of single rules, by their ids; `off` leaves one out. */
export type RuleLevels = Readonly<Record<string, Severity | 'off'>>;

/** How much the findings of a rule weigh; undefined for a rule that is left out. */
export type LevelOf = (rule: Rule, ownSeverity?: Severity) => Severity | undefined;

/**
 * Decides what findings weigh. What the caller says of a rule goes before what its profile says, that before what the
 * finding itself does, and that before the rule's own severity.
 *
 * @throws RangeError for a rule that does not exist
 */
export function resolveLevels(
  rules: readonly Rule[],
  { profile, levels }: { readonly profile: LintProfile; readonly levels: RuleLevels },
): LevelOf {
  const ids = new Set(rules.map(({ id }) => id));
  for (const id of Object.keys(levels)) {
    if (!ids.has(id)) throw new RangeError(`Cannot lint: there is no rule ${JSON.stringify(id)}`);
  }
  return (rule, ownSeverity) => {
    const level = Object.hasOwn(levels, rule.id) ? levels[rule.id] : undefined;
    if (level !== undefined) return level === 'off' ? undefined : level;
    if (!hasRule(profile, rule)) return undefined;
    return rule.severityIn?.[profile] ?? ownSeverity ?? rule.severity;
  };
}

/** Whether a profile has a rule; `strict` has them all. */
export function hasRule(profile: LintProfile, { profiles }: Rule): boolean {
  return profile === 'strict' || profiles.includes(profile);
}
