import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';

/** An option as a shell completes it. */
export interface CompletedOption {
  /** Its spellings with their dashes: `-o`, `--output`. */
  readonly flags: readonly string[];
  readonly summary: string;
  /** Whether a value follows. */
  readonly takesValue: boolean;
  /** The values there are; undefined where any will do, as a file. */
  readonly choices: readonly string[] | undefined;
}

/** A command as a shell completes it. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** The values of the first argument, where only some are possible. */
  readonly choices: readonly string[] | undefined;
}

/** What shells have to know of a command line whose commands are all loaded. */
export function describeCommands(program: CommandUnknownOpts): CompletedCommand[] {
  const names = program.commands.map((command) => command.name());
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary(),
    options: command.createHelp().visibleOptions(command).map(describeOption),
    choices: command.name() === 'help' ? names : command.registeredArguments[0]?.argChoices,
  }));
}

function describeOption(option: Option): CompletedOption {
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined && flag !== null),
    summary: firstClause(option.description),
    takesValue: option.required || option.optional,
    choices: option.argChoices,
  };
}

/** Shells show one short line. */
function firstClause(description: string): string {
  return description.replace(/ \(.*$/, '').replace(/[;:] .*$/, '');
}
