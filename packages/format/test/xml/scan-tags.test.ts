import { describe, expect, test } from 'vitest';
import { firstTag, nestingDepth, scanTags } from '../../src/xml/scan-tags.ts';

const tagsOf = (text: string) => [...scanTags(text)].map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);

describe('the tags of a document', () => {
  test.each<[string, string, string[]]>([
    ['are start, end and empty ones', '<a><b/></a >', ['start <a>', 'empty <b/>', 'end </a >']],
    ['may have > and / in quotes', `<a b="/>" c='>'/>`, [`empty <a b="/>" c='>'/>`]],
    ['are not looked for in comments', '<a><!-- <b> --></a>', ['start <a>', 'end </a>']],
    ['are not looked for in character data', '<a><![CDATA[<b>]]></a>', ['start <a>', 'end </a>']],
    ['are not looked for in instructions', '<?x <b> ?><a/>', ['empty <a/>']],
    ['come after the document type', '<!DOCTYPE a SYSTEM "]>"><a/>', ['empty <a/>']],
    ['come after declarations', '<!DOCTYPE a [<!ELEMENT a (b)> <!-- > -->\n] ><a/>', ['empty <a/>']],
    ['end where one is cut off', '<a><b c=">', ['start <a>']],
    ['end where a comment is cut off', '<a><!-- <b>', ['start <a>']],
    ['end where the document type is cut off', '<!DOCTYPE a [ <b>', []],
  ])('%s', (_, text, expected) => {
    expect(tagsOf(text)).toEqual(expected);
  });

  test('are found in time linear in the length', () => {
    expect(tagsOf('<'.repeat(4_000_000))).toEqual([]);
    expect(tagsOf('<a '.repeat(1_000_000))).toEqual([]);
    expect(tagsOf(`<!DOCTYPE a [${'] '.repeat(1_000_000)}`)).toEqual([]);
  });
});

describe('the first tag', () => {
  test('is the root', () => {
    expect(firstTag('<!-- <b> --><a><c/></a>')).toMatchObject({ kind: 'start', start: 12, end: 15 });
  });

  test('is undefined where none is complete', () => {
    expect(firstTag('<a href="')).toBeUndefined();
  });
});

test.each([
  ['', 0],
  ['<a/>', 1],
  ['<a></a>', 1],
  ['<a><b/><b><c></c></b></a>', 3],
  ['<a><b></b><b></b></a>', 2],
  ['</a></a><a>', 1],
])('%j is %i deep', (text, depth) => {
  expect(nestingDepth(text)).toBe(depth);
});
