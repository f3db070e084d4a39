import type { FlawList } from './flaw-list.ts';
import type { KnownKey } from './known-keys.ts';
import { show } from './scan-lines.ts';
import type { ScannedKey } from './scanned-key.ts';

const CONTROL = /(?=\p{ASCII})\p{Cc}/u;

/** Looks at whether a value is of its key's type; answers whether it is worth looking at more closely. */
export function checkValue(
  key: ScannedKey,
  { type }: KnownKey,
  keys: ReadonlyMap<string, ScannedKey>,
  flaws: FlawList,
): boolean {
  const { name, value, line, locale } = key;
  const isTranslatable = type === 'localestring' || type === 'localestring-list';
  const fail = (message: string) => {
    flaws.error(line, name, message);
    return false;
  };
  if (locale !== null && !isTranslatable)
    return fail('only texts can be translated, found a translation of something else');
  if (isTranslatable) {
    if (!value.isWellFormed()) return fail('texts must be UTF-8, found other bytes');
    if (!keys.has(key.key as string)) return fail('a translation must come with the untranslated key, found none');
    return true;
  }
  if (type === 'boolean') {
    if (value === '0' || value === '1') flaws.warning(line, name, `booleans must be true or false, found ${value}`);
    else if (value !== 'true' && value !== 'false') return fail(`booleans must be true or false, found ${show(value)}`);
    return true;
  }
  return CONTROL.test(value) ? fail('values must be without control characters, found some') : true;
}

/** Looks at the value of `Icon`. */
export function checkIcon({ name, value, line }: ScannedKey, flaws: FlawList): void {
  if (value.startsWith('/')) {
    if (value.endsWith('/')) flaws.error(line, name, `expected an icon, found the path of a folder: ${show(value)}`);
  } else if (value.includes('/')) {
    flaws.error(line, name, `expected a name or an absolute path, found the relative path ${show(value)}`);
  } else if (/\.(?:png|xpm|svg)$/.test(value)) {
    flaws.warning(line, name, `the name of an icon must be without suffix, found ${show(value)}`);
  }
}

/** A comment that only repeats the name says nothing. */
export function checkComment(key: ScannedKey, keys: ReadonlyMap<string, ScannedKey>, flaws: FlawList): void {
  const locale = key.locale === null ? '' : `[${key.locale}]`;
  for (const other of ['Name', 'GenericName']) {
    const same = keys.get(other + locale);
    if (same !== undefined && same.value.toLowerCase() === key.value.toLowerCase()) {
      flaws.warning(key.line, key.name, `the comment must say something else than ${same.name}, found the same`);
      return;
    }
  }
}
