import { describe, expect, test } from 'vitest';
import type { ContentRange } from '../../src/fetch/content-range.ts';
import { parseContentRange } from '../../src/fetch/content-range.ts';
import { MultipartParser, multipartBoundary } from '../../src/fetch/multipart-body.ts';

/** Parses a body that comes in pieces of that size. */
function parse(body: string, size: number, boundary = 'x') {
  const parts: { range: ContentRange; text: string }[] = [];
  const parser = new MultipartParser(boundary, {
    begin: (range) => void parts.push({ range, text: '' }),
    add: (bytes) => {
      const last = parts.at(-1);
      if (last) last.text += Buffer.from(bytes).toString('latin1');
    },
  });
  let isGood = true;
  for (let at = 0; at < body.length; at += size)
    isGood &&= parser.add(Buffer.from(body.slice(at, at + size), 'latin1'));
  return { parts, isGood, isComplete: parser.isComplete };
}

const BODY =
  '\r\n--x\r\nContent-Type: a/b\r\nContent-Range: bytes 0-4/99\r\n\r\n--x\r\n' +
  '\r\n--x\r\ncontent-range: bytes 10-12/99\r\n\r\nabc\r\n--x--\r\n';

describe('a body of several parts', () => {
  test('is taken apart wherever it is cut, by the lengths of its ranges', () => {
    for (const size of [1, 2, 3, 7, 20, 1000]) {
      expect(parse(BODY, size), String(size)).toEqual({
        parts: [
          { range: { first: 0, last: 4, total: 99 }, text: '--x\r\n' },
          { range: { first: 10, last: 12, total: 99 }, text: 'abc' },
        ],
        isGood: true,
        isComplete: true,
      });
    }
  });

  test('may have text before its first part, and lines that end with LF alone', () => {
    const { parts } = parse('a preamble\n--x\nContent-Range: bytes 0-0/*\n\nQ\n--x--', 5);
    expect(parts).toEqual([{ range: { first: 0, last: 0, total: undefined }, text: 'Q' }]);
  });

  test('is refused when a part does not say its range, or its head does not end', () => {
    expect(parse('--x\r\nContent-Type: a/b\r\n\r\nabc', 4).isGood).toBe(false);
    expect(parse(`--x\r\n${'X: y\r\n'.repeat(10_000)}`, 1000).isGood).toBe(false);
    expect(parse('no parts at all'.repeat(2000), 1000)).toMatchObject({ parts: [], isComplete: false, isGood: false });
  });

  test('is told by its type', () => {
    expect(multipartBoundary('multipart/byteranges; boundary=abc')).toBe('abc');
    expect(multipartBoundary('Multipart/X-Byteranges; charset=u; boundary="a b"')).toBe('a b');
    expect(multipartBoundary('multipart/mixed; boundary=abc')).toBeUndefined();
    expect(multipartBoundary('multipart/byteranges')).toBeUndefined();
    expect(multipartBoundary(null)).toBeUndefined();
  });
});

test('a content range is parsed, or nothing', () => {
  expect(parseContentRange('bytes 5-9/10')).toEqual({ first: 5, last: 9, total: 10 });
  expect(parseContentRange('bytes 5-9/*')).toEqual({ first: 5, last: 9, total: undefined });
  for (const value of [null, '', 'bytes */10', 'bytes 9-5/10', 'bytes 5-10/10', 'lines 1-2/3', 'bytes -1-2/3']) {
    expect(parseContentRange(value), String(value)).toBeUndefined();
  }
});
