/*
 * The patterns of update information: `*` for any characters, `?` for one, everything else for itself, brackets too. They are
 * held against the whole name of a file. The specification promises the star alone; several updaters use `fnmatch`, whose
 * question mark nobody has in the names of files, so that it may stand for what they take it for.
 */

/** Whether a pattern is more than a name. */
export function isPattern(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

/** Whether a name is one that a pattern means; never in more steps than the product of both lengths. */
export function matchesPattern(name: string, pattern: string): boolean {
  const text = [...name];
  const wanted = [...pattern];
  let textIndex = 0;
  let index = 0;
  let star = -1;
  let resume = 0;
  while (textIndex < text.length) {
    if (wanted[index] === '*') {
      star = index++;
      resume = textIndex;
    } else if (index < wanted.length && (wanted[index] === '?' || wanted[index] === text[textIndex])) {
      index += 1;
      textIndex += 1;
    } else if (star >= 0) {
      // The last star takes one more character; what earlier ones took need never be changed.
      index = star + 1;
      resume += 1;
      textIndex = resume;
    } else {
      return false;
    }
  }
  while (wanted[index] === '*') index += 1;
  return index === wanted.length;
}
