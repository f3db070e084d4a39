/** A line with a key. */
export interface ScannedKey {
  /** As written, such as `Name[de]`. */
  readonly name: string;
  /** Without the locale; undefined where it has characters that no key may have. */
  readonly key: string | undefined;
  readonly locale: string | null;
  readonly value: string;
  readonly line: number;
}

const NAME = /^([A-Za-z0-9-]*)(?:\[([A-Za-z0-9\-_.@]+)\])?$/;

/** Splits a line at its first equals sign; undefined where there is none, or nothing before it. */
export function splitKey(content: string, line: number): ScannedKey | undefined {
  const equalsSign = content.indexOf('=');
  if (equalsSign <= 0) return undefined;
  const name = content.slice(0, equalsSign).trimEnd();
  const match = NAME.exec(name);
  const value = content.slice(equalsSign + 1).replace(/^[ \t\v\f]+/, '');
  return { name, key: match?.[1], locale: match?.[2] ?? null, value, line };
}
