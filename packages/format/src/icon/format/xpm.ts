/*
 * XPM in its three versions: version 3 is C source with strings, version 2 has the same lines without C, version 1 is C source
 * with numbers as macros. Source: "XPM Manual", Arnaud Le Hors, 2.1 and appendices, https://www.xfree86.org/current/xpm.pdf
 */
import { checkedSize, type IconSize, UNKNOWN_SIZE } from './icon-description.ts';

/** C comments may be anywhere; the one that names the format comes before anything but white space. */
const VERSION_3 = /^\s*\/\*\s*XPM\s*\*\//;
const VERSION_2 = /^!\s*XPM2\s*$/m;
const VERSION_1 = /^[ \t]*#define[ \t]+\w+_format[ \t]+1\b/m;
/** width, height, number of colors, characters a pixel; a hotspot and a flag may follow. */
const VALUES = /^\s*(\d+)\s+(\d+)\s+\d+\s+\d+/;

/** The size of a picture in any version, undefined for what is none. */
export function parseXpmSize(bytes: Uint8Array): IconSize | undefined {
  const text = new TextDecoder('latin1').decode(bytes);
  if (VERSION_3.test(text)) return parseValues(firstString(text));
  if (text.startsWith('!') && VERSION_2.test(firstLine(text))) return parseValues(firstLine(skipNotes(text)));
  const code = withoutComments(text);
  if (!(code.trimStart().startsWith('#define') && VERSION_1.test(code))) return undefined;
  return checkedSize(macro(code, 'width'), macro(code, 'height'));
}

function parseValues(values: string): IconSize {
  const match = VALUES.exec(values);
  return match === null ? UNKNOWN_SIZE : checkedSize(Number(match[1]), Number(match[2]));
}

/** The first string literal of the C source, which may be cut off anywhere. */
function firstString(text: string): string {
  const code = withoutComments(text);
  const start = code.indexOf('"') + 1;
  const end = code.indexOf('"', start);
  return start === 0 || end < 0 ? '' : code.slice(start, end);
}

/** Lines that begin with `!` are for people. */
function skipNotes(text: string): string {
  const lines = text.split('\n', 64);
  return lines.find((line) => !line.startsWith('!')) ?? '';
}

function macro(code: string, name: string): number {
  const match = new RegExp(`^[ \\t]*#define[ \\t]+\\w+_${name}[ \\t]+(\\d+)`, 'm').exec(code);
  return Number(match?.[1] ?? 0);
}

function withoutComments(text: string): string {
  let code = '';
  let start = 0;
  for (let open = text.indexOf('/*'); open >= 0; open = text.indexOf('/*', start)) {
    code += `${text.slice(start, open)} `;
    const close = text.indexOf('*/', open + 2);
    if (close < 0) return code;
    start = close + 2;
  }
  return code + text.slice(start);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
