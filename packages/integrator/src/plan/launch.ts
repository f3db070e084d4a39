import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { quoteExecArgument } from '@appimage-js/format';

/**
 * How menu entries start an image: `self`, the file itself; else the words of a command that the path of the file is put behind, such
 * as `['appimage-run']` or `['appimage', 'run', '--detach']`.
 */
export type LaunchTemplate = 'self' | readonly [string, ...string[]];

/** GLib looks for a program before it resolves `%%` in its name, and the specification has none with an equals sign. */
const VIA_SHELL = ['/bin/sh', '-c', 'exec "$0" "$@"'];

/** The beginning of a command line for an `Exec` key. */
export function launchWords(template: LaunchTemplate, path: string): string {
  const before = template === 'self' ? (/[%=]/.test(path) ? VIA_SHELL : []) : template;
  return [...before, path].map(quoteExecArgument).join(' ');
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
 * The template that works on this host: the file itself where a program of other systems finds its loader; else, as on NixOS,
 * `appimage-run` if it is there, or this toolkit's `run`.
 */
export function chooseLaunch({
  environment = process.env,
  command = ['appimage'],
  systemRoot = '/',
}: ChooseLaunchOptions = {}): LaunchTemplate {
  const isNixos = existsSync(join(systemRoot, 'etc', 'NIXOS'));
  const hasLoader = LOADERS.some((loader) => existsSync(join(systemRoot, loader)));
  if (!isNixos && hasLoader) return 'self';
  const { PATH = '' } = environment as Readonly<Record<'PATH', string | undefined>>;
  const folders = PATH.split(delimiter).filter(isAbsolute);
  if (folders.some((folder) => existsSync(join(folder, 'appimage-run')))) return ['appimage-run'];
  return [...command, 'run', '--detach'];
}
