/*
 * The types of values and their escape sequences.
 * Desktop Entry Specification 1.5, "Possible value types":
 * https://specifications.freedesktop.org/desktop-entry-spec/latest/value-types.html
 */
import { AppImageError } from '../errors.ts';

const ESCAPES = new Map([
  ['s', ' '],
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['\\', '\\'],
]);

/**
 * Resolves the escape sequences of a string. A backslash before any other character stays, as GLib has it: many `Exec`
 * lines in the wild rely on that.
 */
export function parseStringValue(raw: string): string {
  return raw.replace(/\\([sntr\\])/g, (_, letter: string) => ESCAPES.get(letter) as string);
}

/** The mirror of {@link parseStringValue}; what comes out fits on one line. */
export function serializeStringValue(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll('\r', '\\r')
    .replace(/^ | $/g, '\\s');
}

/** Splits a list at its semicolons, of which the last may be left out, and resolves the escapes of each item. */
export function parseListValue(raw: string): string[] {
  const items: string[] = [];
  let item = '';
  for (let index = 0; index < raw.length; index++) {
    const character = raw[index] as string;
    const next = raw[index + 1] ?? '';
    const escaped = character === '\\' ? (next === ';' ? next : ESCAPES.get(next)) : undefined;
    if (escaped !== undefined) {
      item += escaped;
      index += 1;
    } else if (character === ';') {
      items.push(item);
      item = '';
    } else {
      item += character;
    }
  }
  return item === '' ? items : [...items, item];
}

/** The mirror of {@link parseListValue}: every item is followed by a semicolon. */
export function serializeListValue(items: readonly string[]): string {
  return items.map((item) => `${serializeStringValue(item).replaceAll(';', '\\;')};`).join('');
}

/**
 * `true` and `false`, and the `1` and `0` of old files.
 *
 * @throws AppImageError `malformed` for anything else
 */
export function parseBooleanValue(raw: string, key?: string): boolean {
  const text = raw.trim();
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw malformed(key, 'true or false', raw);
}

/**
 * A decimal number, as `%f` of `scanf` reads it in the C locale.
 *
 * @throws AppImageError `malformed` for anything else
 */
export function parseNumericValue(raw: string, key?: string): number {
  const text = raw.trim();
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  throw malformed(key, 'a decimal number', raw);
}

function malformed(key: string | undefined, expected: string, raw: string): AppImageError {
  const found = JSON.stringify(raw.length > 60 ? `${raw.slice(0, 60)}…` : raw);
  const what = key === undefined ? 'value' : `value of ${key}`;
  return new AppImageError('malformed', `Cannot read desktop entry: ${what} must be ${expected}, found ${found}`);
}
