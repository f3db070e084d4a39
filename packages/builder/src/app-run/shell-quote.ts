/** A word that every shell reads as it is. */
export function shellQuote(text: string): string {
  return /^[A-Za-z0-9_./=:,@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
