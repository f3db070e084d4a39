/*
 * Joliet: a second tree, behind a supplementary volume descriptor, whose identifiers have 16 bits a character.
 * Source: "Joliet Specification", Microsoft, 1995.
 */

/** The third byte of the escape sequence of UCS-2 level 1, 2 and 3, after "%/". */
const LEVELS = [0x40, 0x43, 0x45];

/** Which level of Joliet an escape sequence stands for: 1 to 3, `undefined` for other sequences. */
export function jolietLevel(escapeSequences: Uint8Array): 1 | 2 | 3 | undefined {
  if (escapeSequences[0] !== 0x25 || escapeSequences[1] !== 0x2f) return undefined;
  const level = LEVELS.indexOf(escapeSequences[2] ?? 0) + 1;
  return level === 0 ? undefined : (level as 1 | 2 | 3);
}
