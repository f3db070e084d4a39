import { InvalidArgumentError } from '@commander-js/extra-typings';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** An option's value that is a time span: "30d", "12h", "90s". In seconds. */
export function parseDuration(text: string): number {
  const [, digits, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  if (digits === undefined) throw new InvalidArgumentError('It must be a time span such as 30d, 12h or 90s');
  return Number(digits) * (UNITS[unit] as number);
}
