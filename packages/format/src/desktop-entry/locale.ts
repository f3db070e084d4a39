/*
 * Which translation a reader gets. Desktop Entry Specification 1.5, "Localized values for keys":
 * https://specifications.freedesktop.org/desktop-entry-spec/latest/localized-keys.html
 */

/** The parts of `lang_COUNTRY.ENCODING@MODIFIER`. */
interface Locale {
  readonly language: string;
  readonly country: string;
  readonly modifier: string;
}

/**
 * The locales whose translation is taken for `locale`, the best first; the untranslated value comes after them. The
 * encoding plays no part. Empty for the locales C and POSIX.
 */
export function localeCandidates(locale: string): string[] {
  const { language, country, modifier } = parseLocale(locale);
  if (language === '' || language === 'C' || language === 'POSIX') return [];
  const candidates = [`${language}${country}${modifier}`, `${language}${country}`, `${language}${modifier}`, language];
  return [...new Set(candidates)];
}

/** A key's locale without its encoding, which has had no meaning since all files are UTF-8. */
export function normalizeLocale(locale: string): string {
  const { language, country, modifier } = parseLocale(locale);
  return `${language}${country}${modifier}`;
}

/** Each part with the separator before it, empty where it is missing. */
function parseLocale(locale: string): Locale {
  const match = /^([^_.@]*)(_[^.@]*)?(?:\.[^@]*)?(@.*)?$/s.exec(locale);
  return { language: match?.[1] ?? locale, country: match?.[2] ?? '', modifier: match?.[3] ?? '' };
}
