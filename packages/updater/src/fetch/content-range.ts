/* Which part of a file an answer has. RFC 9110, section 14.4. */

/** Bytes `first` to `last`, both included, of a file of `total` bytes, or of an unknown number. */
export interface ContentRange {
  readonly first: number;
  readonly last: number;
  readonly total: number | undefined;
}

/** Parses the value of a `Content-Range` header; undefined for what says nothing that can be used. */
export function parseContentRange(value: string | null): ContentRange | undefined {
  const [, first, last, total] = /^\s*bytes\s+(\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)\s*$/i.exec(value ?? '') ?? [];
  if (first === undefined || last === undefined) return undefined;
  const range = { first: Number(first), last: Number(last), total: total === '*' ? undefined : Number(total) };
  if (range.last < range.first || range.last >= (range.total ?? Number.POSITIVE_INFINITY)) return undefined;
  return range;
}
