import { localeCandidates, normalizeLocale } from '../desktop-entry/locale.ts';
import { flowText, type XmlElement } from './xml-element.ts';

/**
 * A value in several languages: by locale in the form of desktop entries (`de`, `pt_BR`, `sr@latin`), the untranslated one
 * under null.
 */
export type Translations<Value = string> = ReadonlyMap<string | null, Value>;

/** Modifiers of locales that BCP 47 writes as scripts. */
const SCRIPT_MODIFIERS: ReadonlyMap<string, string> = new Map([
  ['latn', '@latin'],
  ['cyrl', '@cyrillic'],
  ['deva', '@devanagari'],
]);

/** BCP 47, as opposed to the names of locales, in which a hyphen can only be in the encoding. */
const LANGUAGE_TAG = /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})+$/;

/** Languages that translators use to test their tools. */
const TEST_LANGUAGES: ReadonlySet<string> = new Set(['x-test', 'xx']);

/**
 * The translation that fits best, by the rules of desktop entries: the locale with everything that it says, then with less of
 * it, then the untranslated value, English, and any at all. The locale may be in the form of `LC_MESSAGES` (`de_DE.UTF-8`)
 * or of BCP 47 (`de-DE`, as `navigator.language` has it). `undefined` only where there is no value.
 */
export function chooseTranslation<Value>(translations: Translations<Value>, locale?: string): Value | undefined {
  const wanted = localeCandidates(toPosixLocale(locale ?? ''));
  const found = [...wanted, null, 'en', 'en_US'].find((candidate) => translations.has(candidate));
  return found === undefined ? translations.values().next().value : translations.get(found);
}

/** The text of elements of one name by their languages; of two in the same language the last counts. */
export function translatedText(elements: readonly XmlElement[]): Translations {
  const translations = new Map<string | null, string>();
  for (const element of elements) {
    const language = languageOf(element);
    const text = flowText(element);
    if (language !== undefined && text !== '') translations.set(language, text);
  }
  return translations;
}

/** An element's own language, else that of what it is in; undefined for languages that are none. */
export function languageOf(element: XmlElement, outer: string | null = null): string | null | undefined {
  const tag = element.attributes.get('xml:lang')?.trim();
  if (tag === undefined) return outer;
  if (tag === '' || tag === 'C' || tag === 'POSIX') return null;
  return TEST_LANGUAGES.has(tag) ? undefined : toPosixLocale(tag);
}

/** `sr-Latn-RS` as `sr_RS@latin`; locales that are in that form already lose their encoding. */
function toPosixLocale(tag: string): string {
  if (!LANGUAGE_TAG.test(tag)) return normalizeLocale(tag);
  const [language = '', ...subtags] = tag.split('-');
  let country = '';
  let modifier = '';
  for (const subtag of subtags) {
    if (/^(?:[A-Za-z]{2}|\d{3})$/.test(subtag)) country ||= `_${subtag.toUpperCase()}`;
    else modifier ||= SCRIPT_MODIFIERS.get(subtag.toLowerCase()) ?? '';
    if (subtag.toLowerCase() === 'valencia') modifier = '@valencia';
  }
  return `${language.toLowerCase()}${country}${modifier}`;
}
