/*
 * Desktop Entry Specification 1.5, "The Exec key":
 * https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html
 */
import type { FlawList } from './flaw-list.ts';
import { show } from './scan-lines.ts';
import type { ScannedKey } from './scanned-key.ts';

/** Outside of quotes none of these may be; the space separates arguments. */
const RESERVED = new Set("\t\n'><~|&;*?#()`$");
/** Between quotes these must have a backslash before them, which in a file is written as two. */
const QUOTED_SPECIAL = new Set('`$');
const DEPRECATED_CODES = new Set('dDnNvm');
const FILE_CODES = new Set('fFuU');
const OTHER_CODES = new Set('ick%');

/** Looks at a command line as it is written, escapes of the file format included. */
export function checkExec({ name, line, value }: ScannedKey, flaws: FlawList): void {
  const error = (message: string) => flaws.error(line, name, `${message}, in ${show(value)}`);
  let isQuoted = false;
  let isEscaped = false;
  let fileCodes = 0;
  for (let index = 0; index < value.length; index++) {
    const character = value[index] as string;
    if (character === '%') {
      const code = value[index + 1];
      index += 1;
      if (code === undefined) error('field codes must have a letter, found a percent sign at the end');
      else if (FILE_CODES.has(code)) fileCodes += 1;
      else if (DEPRECATED_CODES.has(code)) flaws.warning(line, name, `field code %${code} is deprecated`);
      else if (!OTHER_CODES.has(code)) error(`field codes must be one of f F u U i c k %, found ${show(code)}`);
    } else if (character === '\\') {
      if (index + 1 === value.length) error('a backslash must come before another character, found one at the end');
      index += 1;
      if (value[index] === '\\' && isQuoted) isEscaped = !isEscaped;
    } else if (character === '"') {
      if (isEscaped && !isQuoted) error('double quotes must not be escaped outside of a quoted argument');
      else if (!isEscaped) isQuoted = !isQuoted;
      isEscaped = false;
    } else if (isQuoted && QUOTED_SPECIAL.has(character)) {
      if (!isEscaped) error(`${show(character)} must have two backslashes before it in a quoted argument, found none`);
      isEscaped = false;
    } else if (!isQuoted && RESERVED.has(character)) {
      error(`reserved characters must be in a quoted argument, found ${show(character)} outside of one`);
    }
  }
  if (fileCodes > 1) error(`at most one of %f %F %u %U may be used, found ${fileCodes}`);
  if (isQuoted) error('quotes must be closed, found one that is open');
}
