import { type DesktopEntry, type DesktopLine, type KeyLine, MAIN_GROUP } from './desktop-entry.ts';
import { localeCandidates, normalizeLocale } from './locale.ts';
import { parseBooleanValue, parseListValue, parseNumericValue, parseStringValue } from './value.ts';

/** Where to look a key up. */
export interface LookupOptions {
  /** Default `Desktop Entry`. */
  readonly group?: string;
}

/** Where to look a translated key up, and for whom. */
export interface LocaleLookupOptions extends LookupOptions {
  /** As in `LC_MESSAGES`: `de`, `de_DE.UTF-8`, `sr_YU@Latn`. Default: the untranslated value. */
  readonly locale?: string;
}

/** Whether the file has a group of that name. */
export function hasGroup(entry: DesktopEntry, group: string): boolean {
  return entry.groups.some(({ name }) => name === group);
}

/** The keys of a group in the order of the file, each once, without their translations. */
export function listKeys(entry: DesktopEntry, { group = MAIN_GROUP }: LookupOptions = {}): string[] {
  return [...new Set(keyLines(entry, group).map(({ key }) => key))];
}

/** The value as it is written, without translation; undefined when the key is missing. */
export function getRawValue(
  entry: DesktopEntry,
  key: string,
  { group = MAIN_GROUP }: LookupOptions = {},
): string | undefined {
  return keyLines(entry, group).findLast((line) => line.key === key && line.locale === null)?.value;
}

/** A value of the type `string`; undefined when the key is missing. */
export function getString(entry: DesktopEntry, key: string, options?: LookupOptions): string | undefined {
  return mapDefined(getRawValue(entry, key, options), parseStringValue);
}

/** A value of the type `localestring`, in the translation that fits best; undefined when the key is missing. */
export function getLocaleString(entry: DesktopEntry, key: string, options?: LocaleLookupOptions): string | undefined {
  return mapDefined(localizedRawValue(entry, key, options), parseStringValue);
}

/**
 * A value of the type `iconstring`: an absolute path, or the name of an icon without path and suffix. It may be
 * translated like any other.
 */
export function getIconString(entry: DesktopEntry, key: string, options?: LocaleLookupOptions): string | undefined {
  return getLocaleString(entry, key, options);
}

/**
 * A value of the type `boolean`; undefined when the key is missing.
 *
 * @throws AppImageError `malformed` when it is neither true nor false
 */
export function getBoolean(entry: DesktopEntry, key: string, options?: LookupOptions): boolean | undefined {
  return mapDefined(getRawValue(entry, key, options), (raw) => parseBooleanValue(raw, key));
}

/**
 * A value of the type `numeric`; undefined when the key is missing.
 *
 * @throws AppImageError `malformed` when it is not a decimal number
 */
export function getNumeric(entry: DesktopEntry, key: string, options?: LookupOptions): number | undefined {
  return mapDefined(getRawValue(entry, key, options), (raw) => parseNumericValue(raw, key));
}

/** A value of the type `string(s)`; undefined when the key is missing. */
export function getStringList(entry: DesktopEntry, key: string, options?: LookupOptions): string[] | undefined {
  return mapDefined(getRawValue(entry, key, options), parseListValue);
}

/** A value of the type `localestring(s)`, in the translation that fits best; undefined when the key is missing. */
export function getLocaleStringList(
  entry: DesktopEntry,
  key: string,
  options?: LocaleLookupOptions,
): string[] | undefined {
  return mapDefined(localizedRawValue(entry, key, options), parseListValue);
}

/** The untranslated value and all translations by their locale as it is written, escapes resolved. */
export function getTranslations(
  entry: DesktopEntry,
  key: string,
  { group = MAIN_GROUP }: LookupOptions = {},
): ReadonlyMap<string | null, string> {
  const lines = keyLines(entry, group).filter((line) => line.key === key);
  return new Map(lines.map(({ locale, value }) => [locale, parseStringValue(value)]));
}

/** Whether a line holds this key with this locale. */
export function isKeyLine(line: DesktopLine, key: string, locale: string | null): line is KeyLine {
  return line.kind === 'key' && line.key === key && line.locale === locale;
}

function localizedRawValue(
  entry: DesktopEntry,
  key: string,
  { group = MAIN_GROUP, locale = '' }: LocaleLookupOptions = {},
): string | undefined {
  const lines = keyLines(entry, group).filter((line) => line.key === key);
  for (const candidate of localeCandidates(locale)) {
    const line = lines.findLast((each) => each.locale !== null && normalizeLocale(each.locale) === candidate);
    if (line !== undefined) return line.value;
  }
  return lines.findLast((line) => line.locale === null)?.value;
}

function keyLines(entry: DesktopEntry, group: string): KeyLine[] {
  return entry.groups
    .filter(({ name }) => name === group)
    .flatMap(({ lines }) => lines.filter((line) => line.kind === 'key'));
}

function mapDefined<Raw, Value>(raw: Raw | undefined, parse: (raw: Raw) => Value): Value | undefined {
  return raw === undefined ? undefined : parse(raw);
}
