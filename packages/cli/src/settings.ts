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

/** The settings as a command's options give them. */
export function toSettings(options: Readonly<Record<string, unknown>>): Settings {
  return {
    json: options['json'] === true,
    quiet: options['quiet'] === true,
    verbose: options['verbose'] === true,
    color: options['color'] !== false,
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
