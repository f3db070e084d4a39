/** A word that a POSIX shell, zsh and bash take as it is. */
export function quoteWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A word that fish takes as it is: there a backslash in single quotes escapes. */
export function quoteFishWord(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
