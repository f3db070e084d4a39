import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** What the options say that every command has. */
export interface Settings {
  /** Print objects instead of text. */
  readonly json: boolean;
  /** Print results and errors only. */
  readonly quiet: boolean;
  /** Print what helps to find out why something failed. */
  readonly verbose: boolean;
  /** False forbids colors; otherwise the terminal and the environment decide. */
  readonly color: boolean;
}

/** Gives a command the options that every command has. */
export function addSettings(command: CommandUnknownOpts): void {
  command
    .optionsGroup('Options of every command:')
    .option('--json', 'print an object instead of text, also for an error (on stderr)')
    .option('-q, --quiet', 'print results and errors only')
    .option('-v, --verbose', 'print what helps to find out why something failed')
    .option('--no-color', 'print without colors, as does the variable NO_COLOR')
    .helpOption('-h, --help', 'print this help');
}

/** The settings of a command: what stands before its name counts as what stands behind it. */
export function readSettings(command: CommandUnknownOpts): Settings {
  const options = [command.opts(), command.parent?.opts() ?? {}];
  return {
    json: options.some(({ json }) => json === true),
    quiet: options.some(({ quiet }) => quiet === true),
    verbose: options.some(({ verbose }) => verbose === true),
    color: options.every(({ color }) => color !== false),
  };
}

/** The settings of a command line that may be too wrong to be parsed: they decide how that is told. */
export function guessSettings(args: readonly string[]): Settings {
  const end = args.indexOf('--');
  const options = new Set(end < 0 ? args : args.slice(0, end));
  return {
    json: options.has('--json'),
    quiet: options.has('--quiet') || options.has('-q'),
    verbose: options.has('--verbose') || options.has('-v'),
    color: !options.has('--no-color'),
  };
}
