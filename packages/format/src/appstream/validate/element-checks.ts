/*
 * Checks that many elements have in common.
 */
import { childElements, rawText, type XmlElement } from '../../xml/xml-element.ts';
import { type FlawList, show } from './flaw-list.ts';

/** The language of an element, as it is written; undefined for the untranslated one. */
export function languageOf(element: XmlElement): string | undefined {
  return element.attributes.get('xml:lang');
}

/** The text in an element without the white space around it. */
export function contentOf(element: XmlElement): string {
  return rawText(element).trim();
}

/** An element without content is most likely a mistake. */
export function checkNotEmpty(element: XmlElement, flaws: FlawList, path: string = element.name): void {
  if (contentOf(element) === '') flaws.warning('tag-empty', `<${path}> must have content, found none`);
}

/** Whatever is in a list must be one of its items. */
export function checkChildren(
  parent: XmlElement,
  { only, mayBeEmpty = false }: { readonly only: string; readonly mayBeEmpty?: boolean },
  flaws: FlawList,
): void {
  for (const child of childElements(parent)) {
    if (child.name !== only) tellWrongChild(parent, child, `<${only}>`, flaws);
    else if (!mayBeEmpty) checkNotEmpty(child, flaws, `${parent.name}/${child.name}`);
  }
}

export function tellWrongChild(parent: XmlElement, child: XmlElement, expected: string, flaws: FlawList): void {
  flaws.note(
    'invalid-child-tag-name',
    `<${parent.name}> must have only ${expected} in it, found <${show(child.name).slice(1, -1)}>`,
  );
}

/** The attribute `type`, which must be there. */
export function requireType(element: XmlElement, flaws: FlawList): string | undefined {
  const type = element.attributes.get('type');
  if (type === undefined) {
    flaws.error('type-property-required', `<${element.name}> must have the attribute type, found none`);
  }
  return type;
}

/** An address on the web, by its beginning. */
export function isWebUrl(text: string): boolean {
  return /^(?:https?|ftp):\/\//.test(text);
}

/** What is expected to be an address of the web, and better one by a secure way. */
export function checkUrl(text: string, flaws: FlawList, insecureTag = 'url-not-secure'): boolean {
  if (!isWebUrl(text)) {
    flaws.error('web-url-expected', `expected a URL of the web, found ${show(text)}`);
    return false;
  }
  if (!text.startsWith('https://')) flaws.note(insecureTag, `expected a URL of HTTPS, found ${show(text)}`);
  return true;
}

/** Whether a text has an address in it. */
export function hasUrl(text: string): boolean {
  return /(?:https?|ftp):\/\/(?! )/.test(text);
}

/** A full date, or a date and time. ISO 8601. */
export function checkDate(text: string, flaws: FlawList): void {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ].+)?$/.exec(text.trim());
  const [year, month, day] = match === null ? [] : match.slice(1, 4).map(Number);
  const date = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day));
  if (match !== null && date.getUTCMonth() + 1 === month && date.getUTCDate() === day) return;
  flaws.warning('invalid-iso8601-date', `expected a date such as 2026-01-31, found ${show(text)}`);
}

/** Whether a sentence begins as one does: with a capital letter somewhere in its first word, a digit, or the name itself. */
export function beginsWell(text: string, name: string): boolean {
  const [word = ''] = text.split(' ', 1);
  return text === '' || /^[0-9]/.test(text) || /[A-Z]/.test(word) || word === name;
}
