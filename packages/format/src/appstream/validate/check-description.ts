/*
 * AppStream 0.16, 2.1.3, the tag `<description/>`: paragraphs and lists.
 */
import { childElements, rawText, type XmlElement } from '../../xml/xml-element.ts';
import { beginsWell, checkNotEmpty, contentOf, hasUrl, languageOf } from './element-checks.ts';
import { type FlawList, show } from './flaw-list.ts';

/** Shorter first paragraphs make a bad impression. */
const SHORT = 80;

/** Looks at the description of a component, or of a release, which may be short. */
export function checkDescription(
  description: XmlElement,
  { name, isMain }: { readonly name: string; readonly isMain: boolean },
  flaws: FlawList,
): void {
  if (languageOf(description) !== undefined) {
    flaws.error(
      'metainfo-localized-description-tag',
      'paragraphs must be translated each, found a translated description',
    );
  }
  let isFirst = isMain;
  for (const child of childElements(description)) {
    if (child.name === 'p') {
      checkParagraph(child, { name, isFirst }, flaws);
      isFirst = false;
    } else if (child.name === 'ul' || child.name === 'ol') {
      checkList(child, flaws);
    } else {
      checkNotEmpty(child, flaws);
      const found = show(child.name).slice(1, -1);
      flaws.error('description-markup-invalid', `descriptions must consist of <p>, <ul> and <ol>, found <${found}>`);
    }
    if (hasUrl(rawText(child))) {
      flaws.warning('description-has-plaintext-url', 'descriptions must be without URLs, found one; <url> is for them');
    }
  }
}

function checkParagraph(
  paragraph: XmlElement,
  { name, isFirst }: { readonly name: string; readonly isFirst: boolean },
  flaws: FlawList,
): void {
  const text = contentOf(paragraph);
  checkNotEmpty(paragraph, flaws);
  if (isFirst && new TextEncoder().encode(text).length < SHORT) {
    const message = `the first paragraph should have at least ${SHORT} characters, found ${text.length}`;
    flaws.note('description-first-para-too-short', message);
  }
  if (languageOf(paragraph) === undefined && !beginsWell(text, name)) {
    flaws.note(
      'description-first-word-not-capitalized',
      `paragraphs should begin with a capital letter, found ${show(text)}`,
    );
  }
  checkMarkup(paragraph, flaws);
}

function checkList(list: XmlElement, flaws: FlawList): void {
  for (const item of childElements(list)) {
    if (item.name !== 'li') {
      const found = show(item.name).slice(1, -1);
      flaws.error('description-enum-item-invalid', `lists must consist of <li>, found <${found}>`);
      continue;
    }
    checkNotEmpty(item, flaws, `${list.name}/li`);
    checkMarkup(item, flaws);
  }
}

function checkMarkup(text: XmlElement, flaws: FlawList): void {
  for (const child of childElements(text)) {
    if (child.name === 'em' || child.name === 'code') continue;
    const found = show(child.name).slice(1, -1);
    flaws.error('description-para-markup-invalid', `paragraphs may have <em> and <code> in them, found <${found}>`);
  }
}
