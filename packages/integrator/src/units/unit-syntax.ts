/*
 * How text is written in unit files. systemd.syntax(7), systemd.service(5) "Command lines", systemd.unit(5) "Specifiers", systemd.exec(5) "Environment=".
 */

/** Letters that neither begin nor end anything, and that no step of reading replaces. */
const PLAIN = /^[A-Za-z0-9_./:@,+=%-]+$/;
/** What systemd has in no name of a program, however it is quoted. */
const FORBIDDEN_IN_PROGRAM = /[\p{Cc}"'\\]/u;

/**
 * A command line for `ExecStart=`, of which every word arrives as it is. A program whose name systemd refuses is started by a shell, which
 * gets the name as a word.
 */
export function commandLine([program = '', ...args]: readonly string[]): string {
  const words = FORBIDDEN_IN_PROGRAM.test(program)
    ? ['/bin/sh', '-c', 'exec "$0" "$@"', program, ...args]
    : [program, ...args];
  // Variables are looked for in the arguments alone.
  return words.map((word, index) => quoteWord(index === 0 ? word : word.replaceAll('$', '$$$$'))).join(' ');
}

/** An assignment for `Environment=`, where a dollar sign means nothing. */
export function assignment(name: string, value: string): string {
  return quoteWord(`${name}=${value}`);
}

/**
 * A path for `PathChanged=`, which is taken as it stands to the end of the line; null for one that no line can hold. A slash at the end
 * keeps what would be cut off, or would join the line to the next one.
 */
export function pathValue(path: string): string | null {
  if (/[\r\n\0]/.test(path) || !path.isWellFormed()) return null;
  return `${path.replaceAll('%', '%%')}${/[\s\\]$/u.test(path) ? '/' : ''}`;
}

function quoteWord(word: string): string {
  const text = word.replaceAll('%', '%%');
  if (PLAIN.test(text)) return text;
  const escaped = text.replace(/["\\]/g, '\\$&').replace(/\p{Cc}/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}
