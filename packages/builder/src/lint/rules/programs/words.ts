/** So many words of a list are spelled out. */
const MOST = 8;

/** Words as a sentence lists them: `a, b and c`; long lists end with a number. */
export function listWords(words: readonly string[], most: number = MOST): string {
  const shown = words.length > most ? [...words.slice(0, most), `${words.length - most} more`] : words;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}
