/*
 * Colors as X11 writes them. Source: XParseColor(3), and rgb.txt of X11 for the names.
 */

/** Names that icons have; where X11 and CSS differ (gray, green, maroon, purple), it is X11's color. */
const NAMES: ReadonlyMap<string, number> = new Map([
  ['black', 0x000000],
  ['white', 0xffffff],
  ['red', 0xff0000],
  ['green', 0x00ff00],
  ['blue', 0x0000ff],
  ['yellow', 0xffff00],
  ['cyan', 0x00ffff],
  ['magenta', 0xff00ff],
  ['gray', 0xbebebe],
  ['lightgray', 0xd3d3d3],
  ['darkgray', 0xa9a9a9],
  ['dimgray', 0x696969],
  ['slategray', 0x708090],
  ['orange', 0xffa500],
  ['darkorange', 0xff8c00],
  ['gold', 0xffd700],
  ['brown', 0xa52a2a],
  ['tan', 0xd2b48c],
  ['beige', 0xf5f5dc],
  ['ivory', 0xfffff0],
  ['pink', 0xffc0cb],
  ['violet', 0xee82ee],
  ['purple', 0xa020f0],
  ['maroon', 0xb03060],
  ['navy', 0x000080],
  ['navyblue', 0x000080],
  ['darkblue', 0x00008b],
  ['lightblue', 0xadd8e6],
  ['skyblue', 0x87ceeb],
  ['steelblue', 0x4682b4],
  ['royalblue', 0x4169e1],
  ['turquoise', 0x40e0d0],
  ['darkgreen', 0x006400],
  ['lightgreen', 0x90ee90],
  ['forestgreen', 0x228b22],
  ['limegreen', 0x32cd32],
  ['darkred', 0x8b0000],
  ['tomato', 0xff6347],
  ['salmon', 0xfa8072],
]);

const TRANSPARENT: readonly number[] = [0, 0, 0, 0];

/** Reads a color as red, green, blue and opacity; undefined for a name that is not known. */
export function xColor(text: string): readonly number[] | undefined {
  const name = text.toLowerCase().replaceAll(' ', '').replace('grey', 'gray');
  if (name === 'none') return TRANSPARENT;
  const digits = /^#([\da-f]{3,12})$/.exec(name)?.[1];
  if (digits !== undefined) return digits.length % 3 === 0 ? fromDigits(digits) : undefined;
  const percent = /^gray(\d{1,3})$/.exec(name)?.[1];
  if (percent !== undefined && Number(percent) <= 100) {
    const level = Math.round(Number(percent) * 2.55);
    return [level, level, level, 255];
  }
  const color = NAMES.get(name);
  return color === undefined ? undefined : [color >> 16, (color >> 8) & 0xff, color & 0xff, 255];
}

/** One to four digits a channel; the upper eight bits of what they say. */
function fromDigits(digits: string): readonly number[] {
  const length = digits.length / 3;
  const channels = [0, 1, 2].map((channel) => {
    const part = digits.slice(channel * length, (channel + 1) * length);
    return Number.parseInt(length === 1 ? part + part : part.slice(0, 2), 16);
  });
  return [...channels, 255];
}
