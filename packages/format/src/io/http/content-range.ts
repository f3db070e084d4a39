/** What a server says it sent: bytes `first` to `last` of `total`, or nothing of `total`. RFC 9110, section 14.4. */
export interface ContentRange {
  /** Undefined in the answer to a range that is not in the file. */
  readonly range: { readonly first: number; readonly last: number } | undefined;
  /** Undefined where the server does not know ("*"). */
  readonly total: number | undefined;
}

const SYNTAX = /^bytes (?:(\d{1,16})-(\d{1,16})|\*)\/(\d{1,16}|\*)$/i;

/** Parses the header field; undefined for what has no meaning: other units, negative lengths, ends beyond the total. */
export function parseContentRange(text: string): ContentRange | undefined {
  const match = SYNTAX.exec(text.trim());
  if (match === null) return undefined;
  const [, firstText, lastText, totalText] = match;
  const total = totalText === '*' ? undefined : Number(totalText);
  if (total !== undefined && !Number.isSafeInteger(total)) return undefined;
  if (firstText === undefined || lastText === undefined) return { range: undefined, total };
  const range = { first: Number(firstText), last: Number(lastText) };
  const valid =
    range.first <= range.last && Number.isSafeInteger(range.last) && range.last < (total ?? Number.POSITIVE_INFINITY);
  return valid ? { range, total } : undefined;
}
