import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { descriptionText } from '../../src/appstream/description.ts';
import { parseAppStream } from '../../src/appstream/parse-appstream.ts';
import { isAppImageError } from '../../src/errors.ts';
import { chooseTranslation } from '../../src/xml/translations.ts';
import { xml } from '../support/xml.ts';

const parse = (content: string, attributes = '') =>
  parseAppStream(xml(`<component${attributes}>${content}</component>`));

/** In the form of 2013. */
const LEGACY = `<?xml version="1.0" encoding="UTF-8"?>
<application>
  <id type="desktop">old.desktop</id>
  <licence>CC0</licence>
  <name>Old</name>
  <summary>An old thing</summary>
  <description><p>Old text</p><p xml:lang="de">Alter Text</p></description>
  <screenshots>
    <screenshot type="default" width="800" height="450">https://example.org/a.png</screenshot>
    <screenshot>https://example.org/b.png</screenshot>
  </screenshots>
  <url type="homepage">https://example.org/old</url>
  <updatecontact>a_AT_example.org</updatecontact>
  <project_group>XFCE</project_group>
</application>
`;

describe('a component', () => {
  test('of which nothing is said is empty', () => {
    expect(parse('')).toEqual({
      type: 'generic',
      id: null,
      name: new Map(),
      summary: new Map(),
      description: [],
      developer: null,
      projectLicense: null,
      metadataLicense: null,
      projectGroup: null,
      urls: [],
      launchables: [],
      provides: [],
      releases: [],
      externalReleases: null,
      icons: [],
      screenshots: [],
      categories: [],
      keywords: new Map(),
      contentRatings: [],
      colors: [],
      requires: [],
      recommends: [],
      supports: [],
      extends: [],
      replaces: [],
      suggests: [],
      compulsoryForDesktops: [],
      translations: [],
      languages: [],
      tags: [],
      custom: new Map(),
      endOfLife: null,
      updateContact: null,
    });
  });

  test('may have elements that nobody knows', () => {
    const content = '<id>a</id><new><id>b</id></new><x:id xmlns:x="urn:x">c</x:id><name><i>N</i>ame</name>';
    expect(parse(content)).toMatchObject({ id: 'a', name: new Map([[null, 'Name']]) });
  });

  test('may be in a namespace with a prefix', () => {
    const text =
      '<m:component xmlns:m="https://specifications.freedesktop.org/metainfo/1.0"><m:id>a</m:id><id>b</id></m:component>';
    expect(parseAppStream(xml(text)).id).toBe('a');
  });

  test.each([
    ['desktop', 'desktop-application'],
    ['webapp', 'web-application'],
    ['addon', 'addon'],
    ['something-new', 'something-new'],
  ])('of the type %s is of the type %s', (type, expected) => {
    expect(parse('', ` type="${type}"`).type).toBe(expected);
  });

  test('has a developer in the new form and the old one', () => {
    const developer = '<developer id="org.example"><name>New</name><name xml:lang="de">Neu</name></developer>';
    const name = new Map([
      [null, 'New'],
      ['de', 'Neu'],
    ]);
    expect(parse(`<developer_name>Old</developer_name>${developer}`).developer).toEqual({ id: 'org.example', name });
    expect(parse('<developer_name>Old</developer_name>').developer).toEqual({
      id: null,
      name: new Map([[null, 'Old']]),
    });
  });

  test('has media types in the new form and the old one', () => {
    const { provides } = parse(
      '<provides><mediatype>a/b</mediatype><mimetype>c/d</mimetype></provides><mimetypes><mimetype>e/f</mimetype></mimetypes>',
    );
    expect(provides.map(({ type, value }) => `${type} ${value}`)).toEqual([
      'mediatype a/b',
      'mediatype c/d',
      'mediatype e/f',
    ]);
  });

  test('has keywords by language, in lists of all languages or of one', () => {
    const { keywords } = parse(
      '<keywords><keyword>a</keyword><keyword xml:lang="de">b</keyword><keyword>c</keyword></keywords>' +
        '<keywords xml:lang="fr"><keyword>d</keyword></keywords><keywords xml:lang="x-test"><keyword>e</keyword></keywords>',
    );
    expect([...keywords]).toEqual([
      [null, ['a', 'c']],
      ['de', ['b']],
      ['fr', ['d']],
    ]);
    expect(chooseTranslation(keywords, 'de_DE')).toEqual(['b']);
  });

  test('has numbers only where they are numbers', () => {
    const icon = (attributes: string) => parse(`<icon type="remote" ${attributes}>u</icon>`).icons[0];
    expect(icon('width="64" height=" 32 " scale="2"')).toMatchObject({ width: 64, height: 32, scale: 2 });
    expect(icon('width="-1" height="1e3" scale="0"')).toMatchObject({ width: null, height: null, scale: 1 });
    expect(icon('width="99999999999999999999" height="0x10"')).toMatchObject({ width: null, height: null, scale: 1 });
  });

  test('has relations with the defaults of the specification', () => {
    const { requires } = parse(
      '<requires><display_length>600</display_length><id version="1">a</id><control>touch</control></requires>' +
        '<requires><display_length compare="lt" side="longest">small</display_length><internet bandwidth_mbitps="-1">always</internet></requires>',
    );
    expect(requires).toEqual([
      { type: 'display_length', value: '600', version: null, compare: 'ge', side: 'shortest', bandwidth: null },
      { type: 'id', value: 'a', version: '1', compare: 'ge', side: null, bandwidth: null },
      { type: 'control', value: 'touch', version: null, compare: null, side: null, bandwidth: null },
      { type: 'display_length', value: 'small', version: null, compare: 'lt', side: 'longest', bandwidth: null },
      { type: 'internet', value: 'always', version: null, compare: null, side: null, bandwidth: null },
    ]);
  });

  test('may say where its releases are', () => {
    expect(parse('<releases type="external"/>').externalReleases).toEqual({ url: null });
    expect(parse('<releases type="external" url="https://example.org/r.xml"/>').externalReleases).toEqual({
      url: 'https://example.org/r.xml',
    });
  });

  test('has the custom values of today and of before', () => {
    const { custom } = parse(
      '<custom><value key="a">1</value><value>2</value></custom><metadata><value key="b">3</value></metadata>',
    );
    expect([...custom]).toEqual([
      ['a', '1'],
      ['b', '3'],
    ]);
  });
});

describe('a file of 2013', () => {
  test('is read', () => {
    const component = parseAppStream(xml(LEGACY));
    expect(component).toMatchObject({
      type: 'desktop-application',
      id: 'old.desktop',
      metadataLicense: 'CC0',
      updateContact: 'a_AT_example.org',
      projectGroup: 'XFCE',
    });
    expect(component.screenshots).toMatchObject([
      { isDefault: true, images: [{ type: 'source', url: 'https://example.org/a.png', width: 800, height: 450 }] },
      { isDefault: false, images: [{ url: 'https://example.org/b.png', width: null }] },
    ]);
    expect(descriptionText(component.description, 'de')).toBe('Alter Text');
  });

  testWith(['appstream-util'], 'says what appstream-util makes of it', () => {
    const path = join(temporaryFolder(), 'old.appdata.xml');
    writeFileSync(path, LEGACY);
    expect(run('appstream-util', ['--nonet', 'validate-relax', path])).toContain('OK');
    run('appstream-util', ['upgrade', path]);
    const upgraded = parseAppStream(readFileSync(path));
    const { type, id, name, summary, description, updateContact, projectGroup, screenshots } = parseAppStream(
      xml(LEGACY),
    );
    expect(upgraded).toMatchObject({ type, id, name, summary, description, updateContact, projectGroup });
    const urls = (list: typeof screenshots) => list.map(({ images }) => images.map(({ url }) => url));
    expect(urls(upgraded.screenshots)).toEqual(urls(screenshots));
  });
});

describe('what is no metainfo file', () => {
  test.each([
    [
      'another root',
      '<components><component/></components>',
      'root element must be component or application, found components',
    ],
    ['no XML', 'Name=App', 'expected well-formed XML'],
  ])('such as %s is malformed', (_, text, message) => {
    expect(() => parseAppStream(xml(text))).toThrow(
      expect.objectContaining({ code: 'malformed', message: expect.stringContaining(message) }),
    );
  });

  test('for its size is refused', () => {
    expect(() => parseAppStream(xml('<component/>'), { maxSize: 11 })).toThrow(
      expect.objectContaining({ code: 'limit' }),
    );
  });
});

test('any tree of known elements is a component or an error of this package', () => {
  const names = [
    'id',
    'name',
    'summary',
    'description',
    'p',
    'ul',
    'ol',
    'li',
    'releases',
    'release',
    'issues',
    'issue',
    'artifacts',
    'artifact',
    'size',
    'checksum',
    'screenshots',
    'screenshot',
    'image',
    'video',
    'caption',
    'provides',
    'dbus',
    'requires',
    'memory',
    'keywords',
    'keyword',
    'content_rating',
    'content_attribute',
    'branding',
    'color',
    'custom',
    'value',
    'languages',
    'lang',
    'developer',
  ];
  const attributes = fc.constantFrom(
    '',
    ' type="x"',
    ' xml:lang="de"',
    ' xml:lang="x-test"',
    ' key="__proto__"',
    ' date="2020-99-99"',
    ' width="NaN"',
    ' id=""',
    ' bad',
  );
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('', 'text', ' ', '&amp;', '&', '\u0000'),
      fc
        .tuple(fc.constantFrom(...names), attributes, fc.array(tie('tree'), { maxLength: 4 }))
        .map(([name, attribute, children]) => `<${name}${attribute}>${children.join('')}</${name}>`),
    ),
  }));
  fc.assert(
    fc.property(fc.array(tree, { maxLength: 6 }), (children) => {
      try {
        const component = parse(children.join(''));
        expect(typeof descriptionText(component.description, 'de')).toBe('string');
      } catch (error) {
        if (!isAppImageError(error)) throw error;
      }
    }),
    { numRuns: 500 },
  );
});
