/*
 * Finds the tags of an XML document without judging them. For a well-formed document, and for a malformed one up to its first
 * error, these are exactly the tags that a parser sees; that makes the nesting known before anything recurses into it.
 */

/** A tag in the text of a document. */
export interface XmlTag {
  readonly kind: 'start' | 'end' | 'empty';
  /** Index of its `<`. */
  readonly start: number;
  /** Index of the character after its `>`. */
  readonly end: number;
}

const QUOTE = 0x22; // "
const APOSTROPHE = 0x27; // '
const GREATER_THAN = 0x3e; // >
const LEFT_BRACKET = 0x5b; // [

/** Delivers the tags in the order of the text, in time linear in its length; stops where one has no end. */
export function* scanTags(text: string): Generator<XmlTag, void, undefined> {
  for (let start = text.indexOf('<'); start >= 0; ) {
    const skipped = skipNonTag(text, start);
    const end = skipped ?? endOfTag(text, start);
    if (end < 0) return;
    if (skipped === undefined) yield { kind: kindOf(text, start, end), start, end };
    start = text.indexOf('<', end);
  }
}

/** The first tag; `undefined` where none is complete. */
export function firstTag(text: string): XmlTag | undefined {
  const { done, value } = scanTags(text).next();
  return done ? undefined : value;
}

/** How deep the elements of a document are inside each other; the root alone is 1. */
export function nestingDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const { kind } of scanTags(text)) {
    if (kind === 'end') depth = Math.max(0, depth - 1);
    else deepest = Math.max(deepest, depth + 1);
    if (kind === 'start') depth += 1;
  }
  return deepest;
}

function kindOf(text: string, start: number, end: number): XmlTag['kind'] {
  if (text[start + 1] === '/') return 'end';
  return text[end - 2] === '/' ? 'empty' : 'start';
}

/** The end of markup that is not a tag, -1 where it has none; `undefined` where there is a tag. */
function skipNonTag(text: string, start: number): number | undefined {
  const next = text[start + 1];
  if (next === '?') return after(text, '?>', start + 2);
  if (next !== '!') return undefined;
  if (text.startsWith('<!--', start)) return after(text, '-->', start + 4);
  if (text.startsWith('<![CDATA[', start)) return after(text, ']]>', start + 9);
  return endOfDoctype(text, start);
}

/** The declarations inside of the brackets are passed over as a whole. */
function endOfDoctype(text: string, start: number): number {
  const end = endOutsideQuotes(text, start, (code) => code === GREATER_THAN || code === LEFT_BRACKET);
  if (end < 0 || text.charCodeAt(end - 1) === GREATER_THAN) return end;
  const closing = /\][ \t\r\n]*>/g;
  closing.lastIndex = end;
  return closing.test(text) ? closing.lastIndex : -1;
}

function endOfTag(text: string, start: number): number {
  return endOutsideQuotes(text, start, (code) => code === GREATER_THAN);
}

/** The index after the first character that ends something and is not in quotes. */
function endOutsideQuotes(text: string, start: number, isEnd: (code: number) => boolean): number {
  let quote = 0;
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (quote !== 0) {
      if (code === quote) quote = 0;
    } else if (code === QUOTE || code === APOSTROPHE) {
      quote = code;
    } else if (isEnd(code)) {
      return index + 1;
    }
  }
  return -1;
}

function after(text: string, ending: string, from: number): number {
  const index = text.indexOf(ending, from);
  return index < 0 ? -1 : index + ending.length;
}
