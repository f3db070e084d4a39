import type { XmlElement } from '../xml/xml-element.ts';

/** ISO 8601 as GLib reads it: the date with or without hyphens, the time with or without colons, a fraction, a zone. */
const FULL_TIME =
  /^(\d{4})(-?)(\d\d)\2(\d\d)[Tt](\d\d)(:?)(\d\d)\6(\d\d)(?:[.,]\d{1,9})?(?:Z|([+-]\d\d)(?::?(\d\d))?)?$/;
/** What any other text must begin with. */
const DATE_ONLY = /^(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)/;

/** A whole number that is not negative; null where the attribute is missing or something else. */
export function countAttribute({ attributes }: XmlElement, name: string): number | null {
  const text = attributes.get(name)?.trim() ?? '';
  const value = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(value) ? value : null;
}

/**
 * A date or time in ISO 8601 as seconds since 1970; without a zone it is UTC, without a time that can be read midnight. Null
 * for anything else.
 */
export function parseIsoTime(text: string): number | null {
  const [, year, , month, day, hour, , minute, second, zoneHours, zoneMinutes = '0'] =
    FULL_TIME.exec(text.trim()) ?? [];
  if (year === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60)
    return parseDate(text.trim());
  const midnight = toMidnight(year, month, day);
  if (midnight === null) return null;
  // A leap second is the second before it.
  const time = Number(hour) * 3600 + Number(minute) * 60 + Math.min(Number(second), 59);
  const zone = Number(zoneHours ?? 0) * 60 + (zoneHours?.startsWith('-') ? -1 : 1) * Number(zoneMinutes);
  return midnight + time - zone * 60;
}

function parseDate(text: string): number | null {
  const [, year, month, day] = DATE_ONLY.exec(text) ?? [];
  return year === undefined ? null : toMidnight(year, month, day);
}

/** Null for days that do not exist, such as 30 February. */
function toMidnight(year: string, month: string | undefined, day: string | undefined): number | null {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const exists = date.getUTCFullYear() === Number(year) && date.getUTCMonth() === Number(month) - 1;
  return exists && date.getUTCDate() === Number(day) ? date.getTime() / 1000 : null;
}
