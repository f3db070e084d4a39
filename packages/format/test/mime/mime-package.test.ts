import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAppImageError } from '../../src/errors.ts';
import { type MimeType, parseMimePackage } from '../../src/mime/mime-package.ts';
import { xml } from '../support/xml.ts';

const NAMESPACE = 'http://www.freedesktop.org/standards/shared-mime-info';
const mimeInfo = (content: string) => `<?xml version="1.0"?>\n<mime-info xmlns="${NAMESPACE}">${content}</mime-info>`;
const parse = (content: string) => parseMimePackage(xml(mimeInfo(content)));
const parseType = (content: string) => parse(`<mime-type type="text/x-a">${content}</mime-type>`)[0];

/** Types with one of everything, right and wrong. */
const PACKAGE = mimeInfo(`
  <mime-type type="application/X-Garden">
    <comment>Garden</comment>
    <comment xml:lang="de">Garten</comment>
    <glob pattern="*.garden"/>
    <glob pattern="*.GARTEN" weight="80"/>
    <glob pattern="*.G" case-sensitive="true"/>
    <glob pattern="*.h" case-sensitive="TRUE"/>
    <glob pattern="Gardenfile" weight="0"/>
    <glob pattern="*.beet" weight=" +7"/>
    <glob pattern="two&#10;lines"/>
    <alias type="application/garden"/>
    <alias type="text/GARDEN"/>
    <sub-class-of type="application/xml"/>
    <sub-class-of type="text/plain"/>
    <icon name="a"/>
    <icon name="b"/>
    <icon/>
    <generic-icon name="x-office-drawing"/>
    <root-XML namespaceURI="https://example.org/garden" localName="garden"/>
    <root-XML namespaceURI="https://example.org/bed" localName=""/>
    <root-XML namespaceURI="" localName="pond"/>
    <magic priority="60"><match type="string" offset="0" value="GARDEN"/></magic>
    <x:handler xmlns:x="urn:x">x</x:handler>
  </mime-type>
  <something/>
  <mime-type type="text/x-new"><glob-deleteall/><magic-deleteall/><glob pattern="*.new"/></mime-type>
  <mime-type type="x-content/x-garden"><treemagic><treematch path="GARDEN"/></treemagic></mime-type>
  ${[
    '<glob pattern="*.a" weight="101"/>',
    '<glob pattern="*.a" weight="-1"/>',
    '<glob pattern="*.a" weight="5.5"/>',
    '<glob pattern="*.a" weight="0x10"/>',
    '<glob pattern="*.a" weight="7 "/>',
    '<glob pattern="*.a" weight=""/>',
    '<glob/>',
    '<glob pattern=""/>',
    '<alias/>',
    '<alias type="b"/>',
    '<sub-class-of/>',
    '<root-XML namespaceURI="urn:a"/>',
    '<root-XML localName="a"/>',
    '<root-XML namespaceURI="" localName=""/>',
    '<root-XML namespaceURI="a b" localName="a"/>',
  ]
    .map((broken, index) => {
      const rules = `<glob pattern="*.before${index}"/><alias type="text/before${index}"/>${broken}`;
      return `<mime-type type="text/x-broken${index}">${rules}<glob pattern="*.after${index}"/></mime-type>`;
    })
    .join('\n')}
`);

describe('a file type', () => {
  test('has everything that the package says', () => {
    expect(parseMimePackage(xml(PACKAGE))[0]).toEqual({
      type: 'application/X-Garden',
      comment: new Map([
        [null, 'Garden'],
        ['de', 'Garten'],
      ]),
      globs: [
        { pattern: '*.garden', weight: 50, caseSensitive: false },
        { pattern: '*.garten', weight: 80, caseSensitive: false },
        { pattern: '*.G', weight: 50, caseSensitive: true },
        { pattern: '*.h', weight: 50, caseSensitive: false },
        { pattern: 'gardenfile', weight: 0, caseSensitive: false },
        { pattern: '*.beet', weight: 7, caseSensitive: false },
      ],
      deletesGlobs: false,
      hasMagic: true,
      deletesMagic: false,
      hasTreeMagic: false,
      subClassOf: ['application/xml', 'text/plain'],
      aliases: ['application/garden', 'text/GARDEN'],
      icon: 'b',
      genericIcon: 'x-office-drawing',
      rootElements: [
        { namespaceUri: 'https://example.org/garden', localName: 'garden' },
        { namespaceUri: 'https://example.org/bed', localName: '' },
        { namespaceUri: '', localName: 'pond' },
      ],
    });
  });

  test('may take away what others say', () => {
    expect(parseType('<glob-deleteall/><magic-deleteall/>')).toMatchObject({ deletesGlobs: true, deletesMagic: true });
    expect(parseType('')).toMatchObject({ deletesGlobs: false, deletesMagic: false, icon: null, genericIcon: null });
  });

  test.each(['', 'text', '/x', 'text/', 'a/b/c', 'a b/c', '../x', 'x/../y', 'text/..', '.x/y'])(
    'is not called %j',
    (type) => {
      expect(parse(`<mime-type type="${type}"/>`)).toEqual([]);
      expect(parseType(`<alias type="${type}"/>`)?.aliases).toEqual([]);
    },
  );
});

describe('what is no MIME package', () => {
  test.each([
    ['no XML', '*.garden'],
    ['another root', `<mime-type xmlns="${NAMESPACE}"/>`],
    ['no namespace', '<mime-info/>'],
    ['another namespace', '<mime-info xmlns="urn:x"/>'],
  ])('for it has %s is malformed', (_, text) => {
    expect(() => parseMimePackage(xml(text))).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  test('for its size is refused', () => {
    expect(() => parseMimePackage(xml(mimeInfo('')), { maxSize: 20 })).toThrow(
      expect.objectContaining({ code: 'limit' }),
    );
  });
});

test('any tree of known elements is a list of types or an error of this package', () => {
  const element = fc
    .tuple(
      fc.constantFrom('glob', 'alias', 'sub-class-of', 'root-XML', 'icon', 'comment', 'magic', 'mime-type', 'x:y'),
      fc.constantFrom('pattern', 'weight', 'type', 'name', 'namespaceURI', 'localName', 'xml:lang'),
      fc.constantFrom('', 'a/b', '1e9', '*', '../../x', '\u0001', '<'),
    )
    .map(([name, attribute, value]) => `<${name} ${attribute}="${value}"/>`);
  fc.assert(
    fc.property(fc.array(element, { maxLength: 6 }), (elements) => {
      try {
        expect(parse(`<mime-type type="a/b">${elements.join('')}</mime-type>`)).toBeInstanceOf(Array);
      } catch (error) {
        if (!isAppImageError(error)) throw error;
      }
    }),
  );
});

const SYSTEM_PACKAGE = '/usr/share/mime/packages/freedesktop.org.xml';

describe('update-mime-database', () => {
  testWith(['update-mime-database'], 'makes the same of our package', () => {
    const path = join(temporaryFolder(), 'garden.xml');
    writeFileSync(path, PACKAGE);
    compare(path);
  });

  testWith(
    ['update-mime-database', { name: SYSTEM_PACKAGE, isThere: existsSync(SYSTEM_PACKAGE) }],
    'makes the same of the package of freedesktop.org',
    () => compare(SYSTEM_PACKAGE),
  );
});

/** Has the tables made of one package and compares them with what we have read. */
function compare(path: string): void {
  const types = parseMimePackage(readFileSync(path));
  const folder = join(temporaryFolder(), 'mime');
  mkdirSync(join(folder, 'packages'), { recursive: true });
  copyFileSync(path, join(folder, 'packages', 'package.xml'));
  run('update-mime-database', [folder]);
  const table = (name: string) => {
    const lines = readFileSync(join(folder, name), 'utf8').split('\n');
    return lines.filter((line) => line !== '' && !line.startsWith('#'));
  };
  expect(globLines(types)).toEqual(sorted(table('globs2').filter((line) => !line.startsWith('-1:'))));
  expect(pairs(types, ({ type, aliases }) => aliases.map((alias) => `${alias} ${type}`))).toEqual(
    sorted(table('aliases')),
  );
  expect(pairs(types, ({ type, subClassOf }) => subClassOf.map((parent) => `${type} ${parent}`))).toEqual(
    sorted(table('subclasses')),
  );
  expect(pairs(types, ({ type, icon }) => (icon === null ? [] : [`${type}:${icon}`]))).toEqual(sorted(table('icons')));
  expect(pairs(types, ({ type, genericIcon }) => (genericIcon === null ? [] : [`${type}:${genericIcon}`]))).toEqual(
    sorted(table('generic-icons')),
  );
  const roots = ({ type, rootElements }: MimeType) =>
    rootElements.map(({ namespaceUri, localName }) => `${namespaceUri} ${localName} ${type}`);
  expect(pairs(types, roots)).toEqual(sorted(table('XMLnamespaces')));
  expect(types.length).toBeGreaterThan(5);
}

/** A pattern whose case counts is there a second time, for readers that do not know the mark. */
function globLines(types: readonly MimeType[]): string[] {
  return pairs(types, ({ type, globs, deletesGlobs }) => [
    ...(deletesGlobs ? [`0:${type}:__NOGLOBS__`] : []),
    ...globs.flatMap(({ pattern, weight, caseSensitive }) => {
      const line = `${weight}:${type}:${pattern}`;
      return caseSensitive ? [`${line}:cs`, line] : [line];
    }),
  ]);
}

function pairs(types: readonly MimeType[], lines: (type: MimeType) => string[]): string[] {
  return sorted(types.flatMap(lines));
}

function sorted(lines: readonly string[]): string[] {
  return [...new Set(lines)].sort();
}
