/*
 * XPM 3, and version 2, which has the same lines without C around them.
 * Source: "XPM Manual", Arnaud Le Hors, 2.1 and appendices, https://www.xfree86.org/current/xpm.pdf
 */
import { emptyPicture, PIXEL_SIZE, type Picture } from './picture.ts';
import { xColor } from './x-color.ts';

const VALUES = /^\s*(\d{1,5})\s+(\d{1,5})\s+(\d{1,6})\s+(\d{1,2})(?:\s|$)/;
/** A key, and its color up to the next key: names of colors may have spaces. */
const COLOR = /(?:^|\s)(m|s|g4|g|c)\s+(.+?)(?=\s+(?:m|s|g4|g|c)\s|\s*$)/g;
/** What is taken of a color that has several values, best first. */
const KEYS = ['c', 'g', 'g4', 'm'];
const MAXIMUM_SIDE = 2048;
const MAXIMUM_CHARACTERS = 8;

/**
 * Draws an XPM.
 *
 * @throws Error with what is wrong, where it can not be drawn
 */
export function parseXpm(text: string): Picture {
  const lines = stringsOf(text);
  const [values = '', ...rest] = lines;
  const [, width, height, colors, characters] = (VALUES.exec(values) ?? []).map(Number);
  if (width === undefined || height === undefined || colors === undefined || characters === undefined) {
    throw new Error('it must begin with its width, height, colors and characters per pixel');
  }
  if (width === 0 || height === 0 || width > MAXIMUM_SIDE || height > MAXIMUM_SIDE) {
    throw new Error(`it must measure 1 to ${MAXIMUM_SIDE} pixels in each direction, found ${width}x${height}`);
  }
  if (characters === 0 || characters > MAXIMUM_CHARACTERS) {
    throw new Error(`a pixel must have 1 to ${MAXIMUM_CHARACTERS} characters, found ${characters}`);
  }
  if (rest.length < colors + height) {
    throw new Error(`it must have ${colors} colors and ${height} rows, found ${rest.length} lines`);
  }
  const palette = new Map(rest.slice(0, colors).map((line) => [line.slice(0, characters), colorOf(line, characters)]));
  return draw(rest.slice(colors, colors + height), palette, { width, characters });
}

function draw(
  rows: readonly string[],
  palette: ReadonlyMap<string, readonly number[]>,
  { width, characters }: { readonly width: number; readonly characters: number },
): Picture {
  const picture = emptyPicture(width, rows.length);
  for (const [y, row] of rows.entries()) {
    for (let x = 0; x < width; x++) {
      const name = row.slice(x * characters, (x + 1) * characters);
      const color = palette.get(name);
      if (color === undefined) throw new Error(`a pixel must have a color of the list, found ${JSON.stringify(name)}`);
      picture.pixels.set(color, (y * width + x) * PIXEL_SIZE);
    }
  }
  return picture;
}

/** A color without the name by which a program would replace it. */
function colorOf(line: string, characters: number): readonly number[] {
  const values = new Map([...line.slice(characters).matchAll(COLOR)].map(([, key, value]) => [key, value as string]));
  const value = KEYS.map((key) => values.get(key)).find((each) => each !== undefined);
  const color = value === undefined ? undefined : xColor(value);
  if (color === undefined) throw new Error(`a color must be #RRGGBB or a name, found ${JSON.stringify(line)}`);
  return color;
}

/** The strings of the C source, or the lines of version 2. */
function stringsOf(text: string): string[] {
  if (text.startsWith('!')) return text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('!'));
  const strings: string[] = [];
  for (const [token, string] of text.matchAll(/\/\*[\s\S]*?(?:\*\/|$)|"((?:[^"\\]|\\.)*)"/g)) {
    if (!token.startsWith('/*')) strings.push((string as string).replace(/\\(.)/g, '$1'));
  }
  return strings;
}
