import { describe, expect, test } from 'vitest';
import { descriptionText, parseDescription } from '../../src/appstream/description.ts';
import { parseXml } from '../../src/xml/parse-xml.ts';
import { childElements } from '../../src/xml/xml-element.ts';
import { xml } from '../support/xml.ts';

const parse = (text: string) => {
  const root = parseXml(xml(`<component>${text}</component>`), { what: 'document' });
  return parseDescription(childElements(root, 'description'));
};
const describeIn = (text: string, locale?: string) =>
  descriptionText(parse(`<description>${text}</description>`), locale);

const EACH_AFTER_ITS_ORIGINAL =
  '<p>A</p><p xml:lang="de">Ä</p><ul><li>1</li><li xml:lang="de">eins</li><li>2</li><li xml:lang="de">zwei</li></ul><p>B</p><p xml:lang="de">Bö</p>';
const ONE_LANGUAGE_AFTER_THE_OTHER =
  '<p>A</p><ul><li>1</li><li>2</li></ul><p>B</p><p xml:lang="de">Ä</p><ul xml:lang="de"><li>eins</li><li>zwei</li></ul><p xml:lang="de">Bö</p>';

describe('a description', () => {
  test('is paragraphs and lists', () => {
    expect(parse('<description><p>A <em>b</em> c</p><ol><li>d</li></ol><ul/></description>')).toEqual([
      { kind: 'paragraph', text: new Map([[null, 'A b c']]) },
      { kind: 'list', ordered: true, items: [new Map([[null, 'd']])] },
      { kind: 'list', ordered: false, items: [] },
    ]);
  });

  test('leaves out what is neither, and what is empty', () => {
    expect(parse('<description>text<h1>head</h1><p> </p><p>A</p></description>')).toHaveLength(1);
  });

  test('as text has empty lines, bullets and numbers', () => {
    expect(describeIn('<p>A\n b</p><ul><li>c</li><li>d</li></ul><ol><li>e</li><li>f</li></ol><p>g</p>')).toBe(
      'A b\n\n• c\n• d\n\n1. e\n2. f\n\ng',
    );
  });

  test.each([
    ['each after its original', EACH_AFTER_ITS_ORIGINAL],
    ['one language after the other', ONE_LANGUAGE_AFTER_THE_OTHER],
  ])('has its translations, %s', (_, text) => {
    expect(describeIn(text)).toBe('A\n\n• 1\n• 2\n\nB');
    expect(describeIn(text, 'de_DE')).toBe('Ä\n\n• eins\n• zwei\n\nBö');
    expect(describeIn(text, 'fr')).toBe('A\n\n• 1\n• 2\n\nB');
  });

  test('may be one for each language', () => {
    const blocks = parse(
      '<description><p>A</p><p>B</p></description><description xml:lang="de"><p>Ä</p><p>Bö</p></description>',
    );
    expect(descriptionText(blocks, 'de')).toBe('Ä\n\nBö');
    expect(descriptionText(blocks)).toBe('A\n\nB');
  });

  test('that is translated in part has the original for the rest', () => {
    expect(describeIn('<p>A</p><p>B</p><p xml:lang="de">Bö</p><p>C</p>', 'de')).toBe('A\n\nBö\n\nC');
  });

  test('may have no original', () => {
    expect(describeIn('<p xml:lang="de">Ä</p><p xml:lang="fr">À</p>', 'fr')).toBe('À');
    expect(describeIn('<p xml:lang="de">Ä</p><p xml:lang="fr">À</p>', 'it')).toBe('Ä');
  });

  test('may be long', () => {
    const text = '<p>a</p>'.repeat(100_000) + '<p xml:lang="de">b</p>'.repeat(50_000);
    expect(parse(`<description>${text}</description>`)).toHaveLength(100_000);
  });
});
