import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { quoteExecArgument } from '@appimage-js/format';

/**
 * How menu entries start an image: by the launcher, which tells of a start that fails, with the words of a command before the file, such as
 * `appimage-run`, or none; `self`, the file itself and nobody else; `run` and `sandbox`, by the launcher with this toolkit's command; else the
 * words of a command that the path of the file is put behind.
 */
export type LaunchTemplate =
  | { readonly told: readonly string[] }
  | 'self'
  | 'run'
  | 'sandbox'
  | readonly [string, ...string[]];

/** What a command line is made of, beside the template. */
export interface LaunchRequest {
  readonly path: string;
  /** The launcher finds the menu entry by it. */
  readonly id: string;
  /** Absolute path of the launcher. */
  readonly launcher: string;
  /** Words that start this toolkit's command. */
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Between the file and its own arguments. */
  readonly arguments?: readonly string[] | undefined;
  /** Whether it is started in a terminal. */
  readonly isTerminal?: boolean;
}

/**
 * GLib looks for a program before it resolves `%%` in its name, the specification has none with an equals sign, and `env` takes one for a
 * variable.
 */
const VIA_SHELL = ['/bin/sh', '-c', 'exec "$0" "$@"'];

/**
 * By this word the launcher takes the file from `TryExec`, for those who read `Exec` without knowing of quotes: `xdg-open` on desktops that it
 * does not know.
 */
const FROM_ENTRY = '@';

/** The words that start a program which nothing else is before, in an `Exec` key; to be quoted. */
export function programWords(path: string): string[] {
  return /[%=]/.test(path) ? [...VIA_SHELL, path] : [path];
}

/** The beginning of a command line for an `Exec` key, quoted. */
export function launchLine(template: LaunchTemplate, request: LaunchRequest): string {
  return launchWords(template, request).map(quoteExecArgument).join(' ');
}

function launchWords(template: LaunchTemplate, request: LaunchRequest): string[] {
  const { path, command, environment = {}, arguments: args = [], isTerminal = false } = request;
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const env = variables.length === 0 ? [] : ['env', ...variables];
  if (template === 'self') return [...env, ...programWords(path), ...args];
  if (isWords(template)) return [...env, ...template, path, ...args];
  const before = { run: [...command, 'run'], sandbox: [...command, 'run', '--sandbox'] };
  const words = typeof template === 'string' ? before[template] : template.told;
  const program = [...env, ...words, ...fileWords(path, { env, words }), ...args];
  return launcherWords(request, program, isTerminal ? '--terminal' : undefined);
}

/** The file behind other words; where it is the first one for the launcher, without what would have to be quoted. */
function fileWords(
  path: string,
  { env, words }: { readonly env: readonly string[]; readonly words: readonly string[] },
): string[] {
  if (words.length > 0) return [path];
  if (env.length > 0) return programWords(path);
  const isPlain = quoteExecArgument(path) === path || /\p{Cc}/u.test(path);
  return [isPlain ? path : FROM_ENTRY];
}

/** How the launcher goes about it; else detached from the session's terminal. */
export type LauncherWay = '--terminal' | '--report';

/** A command by the launcher, in one of its ways. */
export function launcherWords(
  { launcher, id }: Pick<LaunchRequest, 'launcher' | 'id'>,
  program: readonly string[],
  way?: LauncherWay,
): string[] {
  const start = /[%=]/.test(launcher) ? ['/bin/sh', launcher] : [launcher];
  return [...start, ...(way === undefined ? [] : [way]), id, ...program];
}

function isWords(template: LaunchTemplate): template is readonly [string, ...string[]] {
  return Array.isArray(template);
}

/** Where programs for other systems find their loader; NixOS and its like have none. */
const LOADERS = [
  '/lib64/ld-linux-x86-64.so.2',
  '/lib/ld-linux-aarch64.so.1',
  '/lib/ld-linux-armhf.so.3',
  '/lib/ld-linux.so.2',
  '/lib/ld-musl-x86_64.so.1',
  '/lib/ld-musl-aarch64.so.1',
];

/** Options of {@link chooseLaunch}. */
export interface ChooseLaunchOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Words that start this toolkit's command. Default `['appimage']`. */
  readonly command?: readonly [string, ...string[]];
  /** The root of the system that is looked at. Default `/`. */
  readonly systemRoot?: string;
}

/**
 * The template that works on this host, always by the launcher: the file itself where a program of other systems finds its loader; else, as
 * on NixOS, `appimage-run` if it is there, or this toolkit's `run`.
 */
export function chooseLaunch({
  environment = process.env,
  command = ['appimage'],
  systemRoot = '/',
}: ChooseLaunchOptions = {}): LaunchTemplate {
  const isNixos = existsSync(join(systemRoot, 'etc', 'NIXOS'));
  const hasLoader = LOADERS.some((loader) => existsSync(join(systemRoot, loader)));
  if (!isNixos && hasLoader) return { told: [] };
  const { PATH = '' } = environment as Readonly<Record<'PATH', string | undefined>>;
  const folders = PATH.split(delimiter).filter(isAbsolute);
  const isThere = folders.some((folder) => existsSync(join(folder, 'appimage-run')));
  return { told: isThere ? ['appimage-run'] : [...command, 'run'] };
}
