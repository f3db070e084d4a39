/*
 * Lengths in SVG. SVG 2, 8.2 "The initial viewport" and CSS Values 4, 6 "Distance Units": https://www.w3.org/TR/css-values-4/
 */

/** Pixels in a unit, at 96 to the inch. Those that depend on a font are taken for one of 16 pixels, as browsers have it. */
const PIXELS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['px', 1],
  ['in', 96],
  ['cm', 96 / 2.54],
  ['mm', 96 / 25.4],
  ['q', 96 / 101.6],
  ['pt', 96 / 72],
  ['pc', 16],
  ['em', 16],
  ['rem', 16],
  ['ex', 8],
  ['ch', 8],
]);

const LENGTH = /^\s*\+?((?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?)\s*([a-z]*)\s*$/i;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;

/** Pixels of a `width` or `height`; null where it is missing, relative to something outside, or nonsense. */
export function parseLength(text: string | undefined): number | null {
  const match = LENGTH.exec(text?.slice(0, 100) ?? '');
  const pixels = PIXELS.get(match?.[2]?.toLowerCase() ?? 'none');
  return match === null || pixels === undefined ? null : toPixels(Number(match[1]) * pixels);
}

/** Width and height of a `viewBox`, in its own units; null where it is missing or nonsense. */
export function parseViewBox(text: string | undefined): { readonly width: number; readonly height: number } | null {
  const numbers = (text?.slice(0, 200) ?? '').trim().split(/\s*,\s*|\s+/);
  if (numbers.length !== 4 || !numbers.every((number) => NUMBER.test(number))) return null;
  const width = toPixels(Number(numbers[2]));
  const height = toPixels(Number(numbers[3]));
  return width === null || height === null ? null : { width, height };
}

/** Rounded so far that 12.7 mm are 48 pixels. */
function toPixels(value: number): number | null {
  const rounded = Math.round(value * 1000) / 1000;
  return Number.isFinite(rounded) && rounded > 0 ? rounded : null;
}
