import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { decodeXml } from '../../src/xml/decode-xml.ts';
import { parseXml } from '../../src/xml/parse-xml.ts';
import { rawText } from '../../src/xml/xml-element.ts';
import { xml } from '../support/xml.ts';

const what = 'document';
const text = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?>\n<a>Grüße aus dem Café</a>`;
const latin = Buffer.from(text('ISO-8859-1'), 'latin1');
const wide = Buffer.from(`\ufeff${text('UTF-16')}`, 'utf16le');

describe('a document', () => {
  test.each([
    ['UTF-8', xml('<a>é</a>')],
    ['UTF-8 by its byte order mark', xml('\ufeff<a>é</a>')],
    [
      'UTF-8, whatever is declared after the byte order mark',
      xml('\ufeff<?xml version="1.0" encoding="koi8-r"?><a>é</a>'),
    ],
    ['the encoding that is declared', Buffer.from('<?xml version="1.0" encoding=\'iso-8859-15\'?><a>é</a>', 'latin1')],
    ['UTF-16 in little endian', Buffer.from('\ufeff<a>é</a>', 'utf16le')],
    ['UTF-16 in big endian', Buffer.from('\ufeff<a>é</a>', 'utf16le').swap16()],
    ['UTF-16 without a mark', Buffer.from('<a>é</a>', 'utf16le')],
    ['UTF-16 in big endian without a mark', Buffer.from('<a>é</a>', 'utf16le').swap16()],
    ['UTF-8 where UTF-16 is declared and not meant', xml('<?xml version="1.0" encoding="UTF-16"?><a>é</a>')],
  ])('may be %s', (_, bytes) => {
    expect(rawText(parseXml(bytes, { what }))).toBe('é');
  });

  test('has lines that end in line feeds', () => {
    expect(decodeXml(xml('1\r\n2\r3\n\r4'), { what })).toBe('1\n2\n3\n\n4');
  });

  test('that is not in its encoding is malformed', () => {
    expect(() => decodeXml(Uint8Array.of(0x3c, 0xff), { what })).toThrow(
      expect.objectContaining({
        code: 'malformed',
        message: 'Cannot parse document: expected utf-8 text, found other bytes',
      }),
    );
  });

  test('in an unknown encoding is not supported', () => {
    expect(() => decodeXml(xml('<?xml version="1.0" encoding="x-klingon"?><a/>'), { what })).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        message: 'Cannot parse document: its encoding must be a known one, found "x-klingon"',
      }),
    );
  });

  test('may be cut off within a character only where that is said', () => {
    const bytes = xml('<a>é').subarray(0, 4);
    expect(decodeXml(bytes, { what, isCut: true })).toBe('<a>');
    expect(() => decodeXml(bytes, { what })).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});

testWith(['xmllint'], 'xmllint decodes the same text', () => {
  const folder = temporaryFolder();
  for (const bytes of [latin, wide, Buffer.from(text('UTF-8')), Buffer.from(text('windows-1252'), 'latin1')]) {
    const path = join(folder, 'document.xml');
    writeFileSync(path, bytes);
    const expected = Buffer.from(run('xmllint', ['--xpath', 'string(/a)', path]), 'latin1')
      .toString('utf8')
      .trimEnd();
    expect(rawText(parseXml(bytes, { what }))).toBe(expected);
  }
});
