import { describe, expect, test } from 'vitest';
import { parseXml } from '../../src/xml/parse-xml.ts';
import { chooseTranslation, translatedText } from '../../src/xml/translations.ts';
import { childElements } from '../../src/xml/xml-element.ts';
import { xml } from '../support/xml.ts';

const read = (names: string) => translatedText(childElements(parseXml(xml(`<a>${names}</a>`), { what: 'document' })));

describe('translations', () => {
  test('are by locale in the form of desktop entries', () => {
    const languages = [
      'de',
      'pt_BR',
      'pt-PT',
      'sr@latin',
      'sr-Latn-RS',
      'uz-Cyrl',
      'ca-valencia',
      'zh-Hant-TW',
      'de_AT.UTF-8',
      'es-419',
    ];
    const names = languages.map((language) => `<n xml:lang="${language}">${language}</n>`).join('');
    expect([...read(`<n>C</n>${names}`).keys()]).toEqual([
      null,
      'de',
      'pt_BR',
      'pt_PT',
      'sr@latin',
      'sr_RS@latin',
      'uz@cyrillic',
      'ca@valencia',
      'zh_TW',
      'de_AT',
      'es_419',
    ]);
  });

  test('have the value of C without a locale, and none of tests', () => {
    expect([...read('<n xml:lang="C">c</n><n xml:lang="x-test">xxx</n><n xml:lang="">d</n>')]).toEqual([[null, 'd']]);
  });

  test('leave out what is empty', () => {
    expect(read('<n/><n xml:lang="de"> </n>').size).toBe(0);
  });
});

describe('the translation that fits best', () => {
  const names = read(
    '<n>C</n><n xml:lang="de">de</n><n xml:lang="de_AT">de_AT</n><n xml:lang="sr@latin">latin</n><n xml:lang="pt-BR">pt_BR</n>',
  );

  test.each([
    [undefined, 'C'],
    ['C', 'C'],
    ['de', 'de'],
    ['de_DE.UTF-8', 'de'],
    ['de-DE', 'de'],
    ['de_AT@euro', 'de_AT'],
    ['de-at', 'de_AT'],
    ['sr_RS@latin', 'latin'],
    ['sr-Latn-RS', 'latin'],
    ['sr_RS', 'C'],
    ['pt-BR', 'pt_BR'],
    ['pt', 'C'],
    ['fr', 'C'],
  ])('for %s is %s', (locale, expected) => {
    expect(chooseTranslation(names, locale)).toBe(expected);
  });

  test('is English, then any, where nothing is untranslated', () => {
    expect(
      chooseTranslation(
        new Map([
          ['de', 'de'],
          ['en', 'en'],
        ]),
        'fr',
      ),
    ).toBe('en');
    expect(
      chooseTranslation(
        new Map([
          ['de', 'de'],
          ['it', 'it'],
        ]),
        'fr',
      ),
    ).toBe('de');
    expect(chooseTranslation(new Map(), 'fr')).toBeUndefined();
  });
});
