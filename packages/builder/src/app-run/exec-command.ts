/*
 * The key Exec, as a script follows it that is given the files. Desktop Entry Specification 1.5, "The Exec key":
 * https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html
 */
import { AppImageError, parseExec } from '@appimage-js/format';

/** A command line whose files are known only when it is started. */
export interface ExecCommand {
  /** The program as it is written. */
  readonly program: string;
  /** What comes before the files. */
  readonly before: readonly ExecWord[];
  /** An argument that has the first file in it, as `--open=%f`; null where files are arguments by themselves. */
  readonly firstFile: { readonly prefix: string; readonly suffix: string } | null;
  /** What comes after the files. */
  readonly after: readonly ExecWord[];
}

/** One argument: text, or text around the place of the desktop entry. */
export type ExecWord = readonly (string | typeof DESKTOP_FILE)[];

/** Stands for where the desktop entry is. */
export const DESKTOP_FILE: unique symbol = Symbol('%k');

/** What the codes stand for that are known when the image is built. */
export interface ExecValues {
  /** `%i`: the value of `Icon`. */
  readonly icon: string;
  /** `%c`: the value of `Name`, untranslated. */
  readonly name: string;
}

const FILE_CODES: ReadonlySet<string> = new Set(['%f', '%F', '%u', '%U']);
/** "Deprecated: implementations must remove them and ignore them." */
const DEPRECATED: ReadonlySet<string> = new Set(['%d', '%D', '%n', '%N', '%v', '%m']);

/**
 * Reads the value of an `Exec` key. Where it names no place for files they come last, since an AppImage is started with
 * arguments in any case.
 *
 * @throws AppImageError `malformed` for what is no command line, or has a field code that does not exist
 */
export function parseExecCommand(exec: string, values: ExecValues): ExecCommand {
  if ([exec, values.icon, values.name].some((text) => text.includes('\0'))) {
    throw new AppImageError(
      'malformed',
      'Cannot read Exec: it must have no NUL, which no argument can have, found one',
    );
  }
  const [first = '', ...rest] = parseExec(exec);
  const program = wordOf(first, values);
  const place = rest.findIndex((argument) => codesOf(argument).some((code) => FILE_CODES.has(code)));
  const words = (args: readonly string[]): ExecWord[] => args.flatMap((argument) => argumentOf(argument, values));
  return {
    program: program.filter((piece) => typeof piece === 'string').join(''),
    before: words(place < 0 ? rest : rest.slice(0, place)),
    firstFile: place < 0 ? null : aroundFile(rest[place] as string, values),
    after: words(place < 0 ? [] : rest.slice(place + 1)),
  };
}

/** None for an argument that is nothing but a code without a value. */
function argumentOf(argument: string, values: ExecValues): ExecWord[] {
  if (argument === '%i') return values.icon === '' ? [] : [['--icon'], [values.icon]];
  if (FILE_CODES.has(argument) || DEPRECATED.has(argument)) return [];
  return [wordOf(argument, values)];
}

function aroundFile(argument: string, values: ExecValues): ExecCommand['firstFile'] {
  if (FILE_CODES.has(argument)) return null;
  const code = codesOf(argument).find((each) => FILE_CODES.has(each)) as string;
  // Between two percent signs that stand for one, no code begins.
  const at = [...argument.matchAll(/%./gsu)].find(([each]) => each === code)?.index ?? 0;
  const text = (part: string) => wordOf(part, values).filter((piece) => typeof piece === 'string');
  return { prefix: text(argument.slice(0, at)).join(''), suffix: text(argument.slice(at + 2)).join('') };
}

function codesOf(argument: string): string[] {
  return [...argument.matchAll(/%./gsu)].map(([code]) => code);
}

function wordOf(argument: string, values: ExecValues): ExecWord {
  const pieces: (string | typeof DESKTOP_FILE)[] = [];
  let end = 0;
  for (const { 0: code, index } of argument.matchAll(/%.?/gsu)) {
    pieces.push(argument.slice(end, index), codeValue(code, values));
    end = index + code.length;
  }
  return [...pieces, argument.slice(end)].filter((piece) => piece !== '');
}

function codeValue(code: string, { icon, name }: ExecValues): string | typeof DESKTOP_FILE {
  if (code === '%%') return '%';
  if (code === '%c') return name;
  if (code === '%i') return icon;
  if (code === '%k') return DESKTOP_FILE;
  if (FILE_CODES.has(code) || DEPRECATED.has(code)) return '';
  const message = `Cannot read Exec: field code must be one of f F u U i c k %, found ${JSON.stringify(code)}`;
  throw new AppImageError('malformed', message);
}
