import { SEVERITIES, type Severity } from '@appimage-js/builder';
import { InvalidArgumentError } from '@commander-js/extra-typings';

/** What a rule's findings are to weigh, by its id; `off` leaves it out. */
export type RuleLevels = Readonly<Record<string, Severity | 'off'>>;

/** Adds an option's value such as "icon-small=off" to those before it. */
export function parseRuleLevel(text: string, before: RuleLevels = {}): RuleLevels {
  const [, id, level] = /^([a-z0-9-]+)=([a-z]+)$/.exec(text) ?? [];
  if (id === undefined || level === undefined || !isLevel(level)) {
    throw new InvalidArgumentError(`It must be a rule, "=" and one of off, ${SEVERITIES.toReversed().join(', ')}`);
  }
  return { ...before, [id]: level };
}

function isLevel(text: string): text is Severity | 'off' {
  return text === 'off' || SEVERITIES.some((severity) => severity === text);
}
