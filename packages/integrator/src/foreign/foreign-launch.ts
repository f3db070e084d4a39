/*
 * Which file a menu entry of somebody else starts, through whatever wrapper. Desktop Entry Specification 1.5, "The Exec key":
 * https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html
 */
import { basename, isAbsolute } from 'node:path';
import { type DesktopEntry, getString, parseExec, quoteExecArgument } from '@appimage-js/format';
import { ifReadable } from '../inspect/if-readable.ts';

/** A command line without its wrappers. */
export interface ForeignLaunch {
  readonly program: string;
  /** What `env` sets before it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Field codes are among them. */
  readonly args: readonly string[];
}

const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'zsh']);
/** Programs that start what comes behind their options, and their options that have a value. */
const WRAPPERS: ReadonlyMap<string, RegExp> = new Map([
  ['env', /^-[uCS]$|^--(?:unset|chdir|split-string)$/],
  ['appimage-run', /^-[xw]$/],
  ['exec', /^-a$/],
  ['nice', /^-n$/],
  ['ionice', /^-[cn]$/],
  ['setsid', /^$/],
  ['nohup', /^$/],
  ['firejail', /^$/],
  ['gamemoderun', /^$/],
  ['prime-run', /^$/],
  ['flatpak-spawn', /^$/],
]);
const ASSIGNMENT = /^([A-Za-z_]\w*)=(.*)$/s;
const SHELL_OPERATOR = /^(?:;|&&?|\|\|?|>.*|<.*|\d>.*)$/;
const NAMED = /\.appimage$/i;
const MAXIMUM_WRAPPERS = 16;

/** The command line of an entry; undefined where it has none that can be read. */
export function foreignLaunch(entry: DesktopEntry): ForeignLaunch | undefined {
  const words = wordsOf(quotedExec(entry));
  if (words === undefined) return undefined;
  const environment: Record<string, string> = {};
  const rest = unwrap(words, environment);
  const [program, ...args] = rest;
  if (program === undefined) return undefined;
  return { program: program.replaceAll('%%', '%'), environment, args };
}

/**
 * Paths that may be that of the image, the likeliest first: what tools note beside the command line, then what the command line starts, through
 * wrappers that nobody knows as well.
 */
export function imageCandidates(entry: DesktopEntry): string[] {
  const { program, args = [] } = foreignLaunch(entry) ?? {};
  const named = [program, ...args].filter((word) => word !== undefined && NAMED.test(word));
  const paths = [...notedPaths(entry), ...named, program].filter((path) => path !== undefined && isAbsolute(path));
  return [...new Set(paths as string[])].filter((path) => !path.includes('\0'));
}

/** What the keys beside the command line say. */
function notedPaths(entry: DesktopEntry): string[] {
  const tried = stringOf(entry, 'TryExec');
  const isWrapper = tried !== undefined && (WRAPPERS.has(basename(tried)) || /^appimaged\b/.test(basename(tried)));
  // Some escape twice what they put there.
  const tries = tried === undefined || isWrapper ? [] : [tried, tried.replaceAll('\\s', ' ')];
  return [stringOf(entry, 'X-ExecLocation'), ...tries].filter((path) => path !== undefined);
}

/** The command line, with quotes around a noted path that some tools write without. */
function quotedExec(entry: DesktopEntry): string | undefined {
  const exec = stringOf(entry, 'Exec');
  for (const path of notedPaths(entry)) {
    const index = /\s/.test(path) && isAbsolute(path) ? (exec?.indexOf(path) ?? -1) : -1;
    if (exec === undefined || index < 0 || /["'\\]/.test(exec.slice(0, index))) continue;
    return `${exec.slice(0, index)}${quoteExecArgument(path)}${exec.slice(index + path.length)}`;
  }
  return exec;
}

/** A value; undefined also for one that can not be read. */
export function stringOf(entry: DesktopEntry, key: string): string | undefined {
  return ifReadable(() => getString(entry, key));
}

function wordsOf(exec: string | undefined): string[] | undefined {
  return exec === undefined ? undefined : ifReadable(() => parseExec(exec));
}

function unwrap(words: readonly string[], environment: Record<string, string>, depth = 0): readonly string[] {
  const [first, second] = words;
  if (first === undefined || depth > MAXIMUM_WRAPPERS) return words;
  const name = basename(first);
  const next = (rest: readonly string[]) => unwrap(rest, environment, depth + 1);
  if (SHELLS.has(name)) return unwrapShell(words, next);
  if (/^appimaged\b/.test(name) && second === 'wrap') return next(words.slice(2));
  const options = WRAPPERS.get(name);
  if (options === undefined) return words;
  let index = 1;
  for (; index < words.length; index++) {
    const word = words[index] as string;
    const [, key, value] = (name === 'env' || name === 'exec' ? ASSIGNMENT.exec(word) : null) ?? [];
    if (key !== undefined && value !== undefined) Object.defineProperty(environment, key, field(value));
    else if (word === '--') return next(words.slice(index + 1));
    else if (options.test(word)) index += 1;
    else if (!word.startsWith('-')) return next(words.slice(index));
  }
  return [];
}

/** The first command of a script that says nothing but that; what comes behind it are its arguments. */
function unwrapShell(words: readonly string[], next: (rest: readonly string[]) => readonly string[]) {
  const flag = words.findIndex((word, index) => index > 0 && /^-[a-z]*c$/.test(word));
  const script = words[flag + 1];
  if (flag < 0 || script === undefined) return next(words.slice(1).filter((word) => !word.startsWith('-')));
  const behind = words.slice(flag + 2);
  const commands = wordsOf(script) ?? [];
  const end = commands.findIndex((word) => SHELL_OPERATOR.test(word));
  const command = end < 0 ? commands : commands.slice(0, end);
  const filled = command.flatMap((word) => {
    if (word === '$@' || word === '$*') return behind.slice(1);
    const position = /^\$(\d)$/.exec(word)?.[1];
    return position === undefined ? [word] : behind.slice(Number(position), Number(position) + 1);
  });
  const [before] = filled;
  const assignments = before !== undefined && ASSIGNMENT.test(before) ? ['env', ...filled] : filled;
  return next(assignments);
}

/** An own property, whatever its name is. */
function field(value: string): PropertyDescriptor {
  return { value, enumerable: true, configurable: true, writable: true };
}
