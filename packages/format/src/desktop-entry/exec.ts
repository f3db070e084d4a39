/*
 * Command lines in `Exec` keys. Desktop Entry Specification 1.5, "The Exec key":
 * https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html
 */
import { AppImageError } from '../errors.ts';

/** What the field codes of a command line stand for; those that are left out stand for nothing. */
export interface ExecFields {
  /** Local paths, for `%f` (the first) and `%F`. */
  readonly files?: readonly string[];
  /** URLs or local paths, for `%u` (the first) and `%U`. Default: `files`. */
  readonly urls?: readonly string[];
  /** The value of `Icon`, for `%i`, which becomes two arguments. */
  readonly icon?: string;
  /** The translated `Name`, for `%c`. */
  readonly name?: string;
  /** Where the desktop entry file is, for `%k`. */
  readonly desktopFile?: string;
}

/** Outside of quotes these end or change a word in some shell; the specification wants arguments with them quoted. */
const RESERVED = /[\s"'\\><~|&;$*?#()`]/;

/**
 * Splits the value of an `Exec` key (with its escapes resolved, as `getString` returns it) into arguments. Field codes
 * stay in them. Quoting in the middle of an argument and single quotes are understood as well: the specification does
 * not have them, but GLib, and hence many files, do.
 *
 * @example
 * import { parseExec } from '@appimage-js/format';
 *
 * console.log(parseExec('"/opt/my app/run" --open %U')); // ['/opt/my app/run', '--open', '%U']
 *
 * @throws AppImageError `malformed` for an unclosed quote or no argument at all
 */
export function parseExec(exec: string): string[] {
  const argv: string[] = [];
  let argument: string | undefined;
  for (let index = 0; index < exec.length; index++) {
    const character = exec[index] as string;
    if (character === ' ' || character === '\t' || character === '\n') {
      if (argument !== undefined) argv.push(argument);
      argument = undefined;
      continue;
    }
    argument ??= '';
    if (character === '"' || character === "'") {
      const quoted = character === '"' ? doubleQuoted(exec, index) : singleQuoted(exec, index);
      argument += quoted.text;
      index = quoted.end;
    } else if (character === '\\' && index + 1 < exec.length) {
      index += 1;
      argument += exec[index];
    } else {
      argument += character;
    }
  }
  if (argument !== undefined) argv.push(argument);
  if (argv.length === 0) throw malformed('it must name a program, found nothing');
  return argv;
}

/** Quotes an argument, if it needs that, so that {@link parseExec} reads it back; a percent sign becomes `%%`. */
export function quoteExecArgument(argument: string): string {
  const text = argument.replaceAll('%', '%%');
  if (text !== '' && !RESERVED.test(text)) return text;
  return `"${text.replace(/["`$\\]/g, '\\$&')}"`;
}

/**
 * Fills in the field codes of a command line. An argument that is nothing but a code without a value goes away.
 *
 * @throws AppImageError `malformed` for a field code that does not exist: such a command line must not be run
 */
export function expandExec(argv: readonly string[], fields: ExecFields = {}): string[] {
  const { files = [], urls = files, icon, name, desktopFile } = fields;
  const lists: Readonly<Record<string, readonly string[]>> = {
    '%f': files.slice(0, 1),
    '%F': files,
    '%u': urls.slice(0, 1),
    '%U': urls,
    '%i': icon === undefined || icon === '' ? [] : ['--icon', icon],
    '%c': name === undefined ? [] : [name],
    '%k': desktopFile === undefined ? [] : [desktopFile],
    // Deprecated; "implementations must remove them and ignore them".
    '%d': [],
    '%D': [],
    '%n': [],
    '%N': [],
    '%v': [],
    '%m': [],
  };
  const valuesOf = (code: string): readonly string[] => {
    const values = lists[code];
    if (values === undefined)
      throw malformed(`field code must be one of f F u U i c k %, found ${JSON.stringify(code)}`);
    return values;
  };
  return argv.flatMap((argument) => {
    if (/^%[^%]$/su.test(argument)) return valuesOf(argument);
    return argument.replace(/%(.?)/gsu, (code) => (code === '%%' ? '%' : (valuesOf(code)[0] ?? '')));
  });
}

interface Quoted {
  readonly text: string;
  /** Index of the closing quote. */
  readonly end: number;
}

function singleQuoted(exec: string, start: number): Quoted {
  const end = exec.indexOf("'", start + 1);
  if (end < 0) throw malformed('quotes must be closed, found one that is open');
  return { text: exec.slice(start + 1, end), end };
}

/** Between double quotes a backslash quotes only the characters that are special there. */
function doubleQuoted(exec: string, start: number): Quoted {
  let text = '';
  for (let index = start + 1; index < exec.length; index++) {
    const character = exec[index] as string;
    if (character === '"') return { text, end: index };
    const next = exec[index + 1] ?? '';
    if (character === '\\' && next !== '' && '"`$\\'.includes(next)) {
      text += next;
      index += 1;
    } else {
      text += character;
    }
  }
  throw malformed('quotes must be closed, found one that is open');
}

function malformed(message: string): AppImageError {
  return new AppImageError('malformed', `Cannot read Exec: ${message}`);
}
