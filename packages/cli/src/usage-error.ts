import type { CommanderError, CommandUnknownOpts } from '@commander-js/extra-typings';

/** A command line that can not be carried out as it was written. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a library calls a caller's mistake, by errors of these kinds, is here the user's. */
export function rethrowUsage(
  error: unknown,
  kinds: ReadonlyArray<new (...args: never[]) => Error> = [RangeError],
): never {
  if (error instanceof Error && kinds.some((kind) => error instanceof kind)) {
    throw new UsageError(error.message, { cause: error });
  }
  throw error;
}

/** Help was printed because it was asked for, or because there was no command to carry out. */
export class HelpPrinted extends Error {
  override readonly name = 'HelpPrinted';
  readonly requested: boolean;

  constructor(requested: boolean) {
    super('Missing command (see appimage --help)');
    this.requested = requested;
  }
}

/** Makes a command throw its complaints, as errors of this toolkit, instead of ending the process. */
export function throwUsageErrors(command: CommandUnknownOpts): void {
  const help = `${commandPath(command)} --help`;
  command.exitOverride((error) => {
    if (error.exitCode === 0 || error.code === 'commander.help') throw new HelpPrinted(error.exitCode === 0);
    throw new UsageError(`${usageMessage(error)} (see ${help})`, { cause: error });
  });
}

/** Commander writes "error: unknown option '--jsn'\n(Did you mean --json?)". */
function usageMessage({ message }: CommanderError): string {
  const text = message
    .replace(/^error: /, '')
    .replace(/\.$/, '')
    .replace(/\n\(Did you mean (.*)\?\)$/s, ', did you mean $1?');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function commandPath(command: CommandUnknownOpts): string {
  const { parent } = command;
  return parent === null ? command.name() : `${commandPath(parent)} ${command.name()}`;
}
