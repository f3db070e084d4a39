import { readFileSync } from 'node:fs';

/** A fenced block of a page, with the line of its first line of code. */
export interface CodeBlock {
  readonly line: number;
  readonly code: string;
}

/** The blocks of a page that are fenced with this language. */
export function codeBlocks(path: string, language: string): CodeBlock[] {
  const text = readFileSync(path, 'utf8');
  return fences(text)
    .filter(({ info }) => info === language)
    .map(({ index, code }) => ({ line: lineAt(text, index) + 1, code }));
}

/** The text of a page with code blanked out, so that positions stay. */
export function withoutCode(text: string): string {
  const blank = (code: string): string => code.replace(/[^\n]/g, ' ');
  return fences(text)
    .reduce((rest, { index, length }) => {
      return rest.slice(0, index) + blank(rest.slice(index, index + length)) + rest.slice(index + length);
    }, text)
    .replace(/`[^`\n]+`/g, blank);
}

/** The anchors that the headings of a page get on the usual hosts. */
export function anchors(text: string): Set<string> {
  return new Set(headings(text).map((heading) => slug(heading)));
}

/** The texts of a page's headings. */
export function headings(text: string): string[] {
  const outside = fences(text).reduce((rest, { index, length }) => {
    return rest.slice(0, index) + ' '.repeat(length) + rest.slice(index + length);
  }, text);
  return [...outside.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, heading = '']) => heading);
}

/** Line number of a position, counted from one. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

function fences(text: string): { info: string; index: number; length: number; code: string }[] {
  return [...text.matchAll(/^( *)(```+|~~~+)([^\n]*)\n(.*?)^\1\2 *$/gms)].map((match) => ({
    info: match[3]?.trim() ?? '',
    index: match.index,
    length: match[0].length,
    code: match[4] ?? '',
  }));
}
