import { InvalidArgumentError } from '@commander-js/extra-typings';

/** An option's value that is a time in the form of RFC 3339, or a day. */
export function parseDate(text: string): Date {
  const date = new Date(text);
  if (!/^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?$/.test(text) || Number.isNaN(date.getTime())) {
    throw new InvalidArgumentError('It must be a time such as 2026-01-31T12:00:00Z');
  }
  return date;
}
