/*
 * Descriptions: paragraphs and lists, each translated by itself.
 * AppStream 0.16, 2.1.3 "description": https://www.freedesktop.org/software/appstream/docs/chap-Metadata.html
 */
import { chooseTranslation, languageOf, type Translations } from '../xml/translations.ts';
import { childElements, flowText, type XmlElement } from '../xml/xml-element.ts';

/** A part of a description; emphasis and code within are dropped, their text is kept. */
export type DescriptionBlock = DescriptionParagraph | DescriptionList;

/** One paragraph. */
export interface DescriptionParagraph {
  readonly kind: 'paragraph';
  readonly text: Translations;
}

/** A list; lists are never inside of lists. */
export interface DescriptionList {
  readonly kind: 'list';
  /** Whether the items are numbered. */
  readonly ordered: boolean;
  readonly items: readonly Translations[];
}

/** An element with the language that holds for it. */
interface Translated {
  readonly element: XmlElement;
  readonly language: string | null;
}

/** A block or item in the language that it was written in, with its translations. */
type Group = Map<string | null, XmlElement>;

const BLOCK_NAMES: ReadonlySet<string> = new Set(['p', 'ul', 'ol']);

/** Reads the `description` elements of one parent: usually one, in some files one a language. */
export function parseDescription(elements: readonly XmlElement[]): DescriptionBlock[] {
  const blocks = elements.flatMap((element) =>
    translatedChildren(element, languageOf(element), (name) => BLOCK_NAMES.has(name)),
  );
  return groupTranslations(blocks).flatMap((group) => toBlock(group) ?? []);
}

/**
 * Writes a description as plain text in one language: an empty line between blocks, `• ` or the number before list items.
 * What is not translated comes as it was written.
 *
 * @param locale as in `LC_MESSAGES` or BCP 47. Default: the untranslated text
 */
export function descriptionText(description: readonly DescriptionBlock[], locale?: string): string {
  const textOf = (translations: Translations) => chooseTranslation(translations, locale) ?? '';
  const blocks = description.map((block) => {
    if (block.kind === 'paragraph') return textOf(block.text);
    return block.items.map((item, index) => `${block.ordered ? `${index + 1}.` : '•'} ${textOf(item)}`).join('\n');
  });
  return blocks.join('\n\n');
}

/**
 * Puts together what are translations of each other. The usual order is each element with its translations after it; some
 * files have one language after the other instead. So where a language has as many elements of a kind as the original, they
 * are paired one by one; where it has fewer, each belongs to the original before it.
 */
function groupTranslations(elements: readonly Translated[]): Group[] {
  const original = elements.some(({ language }) => language === null) ? null : elements[0]?.language;
  const groups: Group[] = [];
  const originals = new Map<string, Group[]>();
  const translations = new Map<string, { readonly translation: Translated; readonly before: number }[]>();
  for (const translation of elements) {
    const { element, language } = translation;
    const ofKind = getOrInsert(originals, element.name);
    if (language === original) {
      const group: Group = new Map([[language, element]]);
      groups.push(group);
      ofKind.push(group);
    } else {
      getOrInsert(translations, `${element.name} ${language}`).push({ translation, before: ofKind.length - 1 });
    }
  }
  for (const list of translations.values()) {
    for (const [index, { translation, before }] of list.entries()) {
      const { element, language } = translation;
      const ofKind = getOrInsert(originals, element.name);
      const group = ofKind[list.length === ofKind.length ? index : before];
      if (group !== undefined && !group.has(language)) group.set(language, element);
    }
  }
  return groups;
}

function getOrInsert<Item>(lists: Map<string, Item[]>, key: string): Item[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

function toBlock(group: Group): DescriptionBlock | undefined {
  const [first] = group.values();
  if (first === undefined) return undefined;
  if (first.name === 'p') return toParagraph(group);
  const items = [...group].flatMap(([language, list]) => translatedChildren(list, language, (name) => name === 'li'));
  return { kind: 'list', ordered: first.name === 'ol', items: groupTranslations(items).map(toTranslations) };
}

function toParagraph(group: Group): DescriptionParagraph | undefined {
  const text = toTranslations(group);
  return text.size === 0 ? undefined : { kind: 'paragraph', text };
}

function toTranslations(group: Group): Translations {
  return new Map(
    [...group].map(([language, element]) => [language, flowText(element)] as const).filter(([, text]) => text !== ''),
  );
}

function translatedChildren(
  parent: XmlElement,
  language: string | null | undefined,
  isWanted: (name: string) => boolean,
): Translated[] {
  if (language === undefined) return [];
  return childElements(parent).flatMap((element) => {
    const own = languageOf(element, language);
    return isWanted(element.name) && own !== undefined ? [{ element, language: own }] : [];
  });
}
