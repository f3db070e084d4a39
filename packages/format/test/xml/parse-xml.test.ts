import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAppImageError } from '../../src/errors.ts';
import { parseRootTag, parseXml } from '../../src/xml/parse-xml.ts';
import { childElements, flowText, rawText, type XmlElement } from '../../src/xml/xml-element.ts';
import { xml } from '../support/xml.ts';

const what = 'document';
const parse = (text: string) => parseXml(xml(text), { what });

/** What `parseXml` throws. */
function failure(bytes: Uint8Array | string, options = {}): unknown {
  try {
    return parseXml(typeof bytes === 'string' ? xml(bytes) : bytes, { what, ...options });
  } catch (error) {
    return error;
  }
}

describe('a document', () => {
  test('is elements, attributes and text', () => {
    expect(parse('<a b="1" xml:lang=\'de\'>x<c/> y &amp; &#x20AC;<![CDATA[<z>]]></a>')).toEqual({
      name: 'a',
      namespace: null,
      attributes: new Map([
        ['b', '1'],
        ['xml:lang', 'de'],
      ]),
      children: ['x', { name: 'c', namespace: null, attributes: new Map(), children: [] }, ' y & €<z>'],
    });
  });

  test('loses comments and instructions', () => {
    expect(rawText(parse('<?x y?><a><!-- c -->1<?p q?>2</a><!-- end -->'))).toBe('12');
  });

  test('has its namespaces resolved', () => {
    const root = parse(
      '<a xmlns="urn:1" xmlns:p="urn:2"><p:b/><c xmlns=""/><d xmlns:p="urn:3"><p:e/></d><q:f/><g/></a>',
    );
    const list = (element: XmlElement): string[] => [
      `${element.namespace} ${element.name}`,
      ...element.children.flatMap((child) => (typeof child === 'string' ? [] : list(child))),
    ];
    expect(list(root)).toEqual(['urn:1 a', 'urn:2 b', 'null c', 'urn:1 d', 'urn:3 e', 'null q:f', 'urn:1 g']);
    expect(childElements(root).map(({ name }) => name)).toEqual(['d', 'g']);
    expect(childElements(root, 'g')).toHaveLength(1);
  });

  test('may have attributes with any name', () => {
    const { attributes } = parse('<a __proto__="1" constructor="2"/>');
    expect([...attributes]).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });

  test('has text that flows', () => {
    expect(flowText(parse('<a>\n  one\ttwo <b> three</b>four\u00a0five \r\n</a>'))).toBe('one two threefour\u00a0five');
  });

  test('may have a document type, which is passed over', () => {
    expect(parse('<!DOCTYPE a [<!ELEMENT a ANY> <!ENTITY % p "x">]><a/>').name).toBe('a');
  });
});

describe('what is malformed', () => {
  test.each([
    ['nothing', '', 1, 1],
    ['no element', 'text', 1, 1],
    ['an open element', '<a>\n<b></a>', 2, 4],
    ['two roots', '<a/>\n\n<b/>', 3, 1],
    ['an attribute without quotes', '<a b=c/>', 1, 6],
    ['an attribute twice', '<a b="" b=""/>', 1, 13],
    ['a character that is none', '<a>\u0001</a>', 1, 4],
    ['a reference to one', '<a>&#0;</a>', 1, 8],
  ])('such as %s is told with line and column', (_, text, line, column) => {
    expect(failure(text)).toMatchObject({
      code: 'malformed',
      message: expect.stringMatching(
        new RegExp(
          `^Cannot parse document: expected well-formed XML, found an error at line ${line}, column ${column}: [^\\n]+$`,
        ),
      ),
    });
  });

  test('has a message of bounded length', () => {
    const { message } = failure(`<${'a'.repeat(100_000)}>`) as Error;
    expect(message.length).toBeLessThan(400);
  });
});

describe('entities', () => {
  test.each([
    ['of a declaration', '<!DOCTYPE a [<!ENTITY e "text">]><a>&e;</a>'],
    ['outside of the document', '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'],
    ['in attributes', '<!DOCTYPE a [<!ENTITY e "text">]><a b="&e;"/>'],
    ['of HTML', '<a>&nbsp;</a>'],
  ])('%s are not known', (_, text) => {
    expect(failure(text)).toMatchObject({ code: 'malformed' });
  });

  test('do not expand', () => {
    const levels = Array.from({ length: 9 }, (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`);
    const text = `<!DOCTYPE a [<!ENTITY l0 "lol">${levels.join('')}]><a>&l9;</a>`;
    expect(failure(text)).toMatchObject({ code: 'malformed' });
  });
});

describe('limits', () => {
  test('hold for the size', () => {
    expect(failure('<a></a>', { maxSize: 6 })).toMatchObject({
      code: 'limit',
      message: 'Cannot parse document: document must have at most 6 bytes, found 7',
    });
    expect(failure('<a></a>', { maxSize: 7 })).toMatchObject({ name: 'a' });
    expect(failure(new Uint8Array(4 * 1_048_576 + 1))).toMatchObject({ code: 'limit' });
  });

  test('hold for the depth', () => {
    const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);
    expect(failure(nested(256))).toMatchObject({ name: 'a' });
    expect(failure(nested(257))).toMatchObject({
      code: 'limit',
      message: 'Cannot parse document: at most 256 elements may be inside each other, found 257',
    });
    expect(failure('<a>'.repeat(1_000_000))).toMatchObject({ code: 'limit' });
  });

  test.each([
    ['carriage returns', `<a>${'\r'.repeat(2_000_000)}</a>`],
    ['attributes', `<a${Array.from({ length: 200_000 }, (_, index) => ` a${index}=""`).join('')}/>`],
    [
      'namespaces',
      `<a${Array.from({ length: 50_000 }, (_, index) => ` xmlns:a${index}="u"`).join('')}>${'<b xmlns="v"/>'.repeat(50_000)}</a>`,
    ],
    ['references', `<a>${'&amp;'.repeat(500_000)}</a>`],
    ['sections', `<a>${'<![CDATA[]]>'.repeat(200_000)}</a>`],
  ])('are not needed for many %s', (_, text) => {
    expect(failure(text)).toMatchObject({ name: 'a' });
  });
});

test('any bytes are a document or an error of this package', () => {
  const tokens = [
    '<',
    '>',
    '/',
    'a',
    '"',
    "'",
    '=',
    '&',
    ';',
    '#x',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<!DOCTYPE',
    '[',
    ']',
    '<?xml',
    '?>',
    ' ',
    '\n',
    'xmlns',
    ':',
    '\u{10ffff}',
  ];
  const input = fc.oneof(
    fc.array(fc.constantFrom(...tokens), { maxLength: 40 }).map((parts) => xml(parts.join(''))),
    fc.uint8Array({ maxLength: 64 }),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Uint8Array.of(0xff, 0xfe, ...bytes)),
  );
  fc.assert(
    fc.property(input, (bytes) => {
      const result = failure(bytes);
      expect(isAppImageError(result) || typeof (result as XmlElement).name === 'string').toBe(true);
    }),
    { numRuns: 2000 },
  );
});

describe('a root tag', () => {
  test('is parsed without what follows', () => {
    const root = parseRootTag('<?xml version="1.0"?><!-- x --><svg:svg xmlns:svg="urn:s" width="5">&bad <b', what);
    expect(root).toMatchObject({ name: 'svg', namespace: 'urn:s', children: [] });
    expect(root?.attributes.get('width')).toBe('5');
  });

  test('may name entities that nobody knows', () => {
    expect(parseRootTag('<!DOCTYPE a [<!ENTITY n "urn:n">]><a xmlns="&n;">', what)?.namespace).toBe('&n;');
  });

  test('is undefined where it is cut off', () => {
    expect(parseRootTag('<?xml version="1.0"?><svg width="', what)).toBeUndefined();
  });

  test('is judged', () => {
    expect(() => parseRootTag('<a b=c>', what)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});

testWith(['xmllint'], 'xmllint accepts and refuses the same documents', () => {
  const folder = temporaryFolder();
  const documents = [
    '<a/>',
    '<a b="&lt;"/>',
    '<a b="<"/>',
    '<a>]]></a>',
    '<a>&unknown;</a>',
    '<a><b></a></b>',
    '<a><!-- -- --></a>',
    '<a/><b/>',
    ' <?xml version="1.0"?><a/>',
    '<?xml version="1.0" encoding="UTF-8"?><a/>',
    '<?xml encoding="UTF-8"?><a/>',
    '<1/>',
    '<a b="1" b="2"/>',
    '<é/>',
    '<a>\ufffe</a>',
    '<a>\u{1f600}</a>',
    '<!DOCTYPE a><a/>',
    '<!DOCTYPE a [<!ELEMENT a ANY>]><a/>',
    '<a b = "1"\n/>',
    '<a></a >',
    '< a/>',
    '<a>&#x110000;</a>',
    '<a',
    '',
  ];
  for (const text of documents) {
    const path = join(folder, 'document.xml');
    writeFileSync(path, text);
    let accepts = true;
    try {
      run('xmllint', ['--noout', '--nonet', path]);
    } catch {
      accepts = false;
    }
    expect(!isAppImageError(failure(text)), JSON.stringify(text)).toBe(accepts);
  }
});
