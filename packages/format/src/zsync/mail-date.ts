/* The dates of mail headers: "Tue, 25 Jul 2006 20:02:17 +0000". RFC 5322, section 3.3. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DATE =
  /^(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:([+-])(\d{2})(\d{2})|GMT|UTC)$/;

/** The end of the year 9999, from which on a year has more than four digits. */
const LATEST = Date.UTC(10_000, 0) / 1000;

/** Seconds since 1970; null for what is no such date, and for what {@link formatMailDate} could not write. */
export function parseMailDate(text: string): number | null {
  const [, day, monthName = '', year, hours, minutes, second, sign, zoneHours, zoneMinutes] = DATE.exec(text) ?? [];
  const month = MONTHS.indexOf(monthName);
  if (month < 0) return null;
  const local = Date.UTC(Number(year), month, Number(day), Number(hours), Number(minutes), Number(second)) / 1000;
  const zone = (Number(zoneHours ?? 0) * 60 + Number(zoneMinutes ?? 0)) * 60;
  const seconds = sign === '-' ? local + zone : local - zone;
  return isWritable(seconds) ? seconds : null;
}

/**
 * The date as `zsyncmake` writes it, always in UTC.
 *
 * @throws RangeError unless `seconds` is a whole number from 1970 to the end of 9999
 */
export function formatMailDate(seconds: number): string {
  if (!isWritable(seconds)) {
    throw new RangeError(`Cannot write date: expected whole seconds from 1970 to 9999, found ${seconds}`);
  }
  return new Date(seconds * 1000).toUTCString().replace(/GMT$/, '+0000');
}

function isWritable(seconds: number): boolean {
  return Number.isSafeInteger(seconds) && seconds >= 0 && seconds < LATEST;
}
