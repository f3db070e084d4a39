/*
 * What comes from an image can hold anything: a newline that forges a second line, an escape sequence that makes a terminal
 * rename its window, a character that turns the reading direction around.
 */

/** Control characters, line separators, unpaired surrogates and what changes the direction of text. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]|\p{Cs}/gu;

/** Paths that need no escapes: nearly all of them. */
const PLAIN_PATH = /^[ -[\]-~]*$/;

/** First of the surrogates that stand for the bytes of a name that is not UTF-8; see `decodeFileName`. */
const ESCAPED_BYTES = 0xdc00;

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Makes text safe for a terminal, on one line. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escapeCharacter);
}

/**
 * Makes a path safe for a terminal, on one line and without loss: backslashes are doubled, so that {@link parsePath} gets
 * the path back.
 */
export function printablePath(path: string): string {
  if (PLAIN_PATH.test(path)) return path;
  return printable(path.replaceAll('\\', '\\\\'));
}

/** A path within a sentence: as it is where it reads well, quoted otherwise. */
export function showPath(path: string): string {
  return /^[\w./@+:,~-]+$/.test(path) ? path : `"${printablePath(path).replaceAll('"', '\\"')}"`;
}

/** The path that {@link printablePath} printed; escapes that it does not use stay as they are. */
export function parsePath(text: string): string {
  return text.replace(/\\(?:([\\nrt])|x([0-9a-f]{2})|u\{([0-9a-f]{1,6})\})/g, (match, letter, byte, point) => {
    if (letter !== undefined) return { '\\': '\\', n: '\n', r: '\r', t: '\t' }[letter as '\\' | 'n' | 'r' | 't'];
    const code = Number.parseInt(byte ?? point, 16);
    if (byte !== undefined) return String.fromCharCode(code < 0x80 ? code : ESCAPED_BYTES + code);
    return code <= 0x10ffff ? String.fromCodePoint(code) : match;
  });
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) as number;
  const short = SHORT.get(character);
  if (short !== undefined) return short;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code >= ESCAPED_BYTES + 0x80 && code <= ESCAPED_BYTES + 0xff) return `\\x${(code - ESCAPED_BYTES).toString(16)}`;
  return `\\u{${code.toString(16)}}`;
}
