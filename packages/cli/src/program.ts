import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { completionCommand } from './commands/completion.ts';
import { helpCommand } from './commands/help.ts';
import { commands } from './commands/index.ts';
import { ownVersion } from './own-version.ts';
import type { Session } from './session.ts';
import { addSettings, readSettings } from './settings.ts';
import { throwUsageErrors } from './usage-error.ts';

/** Options of {@link createProgram}. */
export interface ProgramOptions {
  /** Load every command, not only those that the arguments name. */
  readonly complete?: boolean;
}

/** The whole command line. Only the commands that it names are loaded; of the others it knows name and summary. */
export async function createProgram(
  session: Session,
  { complete = false }: ProgramOptions = {},
): Promise<CommandUnknownOpts> {
  const program: CommandUnknownOpts = new Command('appimage')
    .description('Build, inspect, extract and run applications in a file.')
    .version(ownVersion(), '-V, --version', 'print the version')
    .enablePositionalOptions()
    .configureHelp({ subcommandTerm: (command) => command.name(), commandUsage: usageOf })
    .configureOutput({
      outputError: () => undefined,
      writeOut: (text) => void session.stdout.write(text), // kept until the session flushes it
      writeErr: (text) => session.settings.json || process.stderr.write(text),
    })
    .helpCommand(false);

  for (const { name, summary, load } of commands) {
    const command = complete || session.args.includes(name) ? (await load())(session) : new Command(name);
    program.addCommand(command.summary(summary).copyInheritedSettings(program));
  }
  const loadAll = () => createProgram(session, { complete: true });
  program.addCommand(completionCommand(session, loadAll).copyInheritedSettings(program));
  program.addCommand(helpCommand(program).copyInheritedSettings(program));
  for (const command of [program, ...program.commands]) {
    addSettings(command);
    throwUsageErrors(command);
    command.hook('preAction', (_, started) => {
      session.settings = readSettings(started);
    });
  }
  return program;
}

/** "appimage ls [OPTIONS] <FILE> [PATH]" */
function usageOf(command: CommandUnknownOpts): string {
  const { parent } = command;
  if (parent === null) return `${command.name()} COMMAND [OPTIONS]`;
  const args = command.registeredArguments.map((argument) => {
    const name = argument.variadic ? `${argument.name()}…` : argument.name();
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [parent.name(), command.name(), '[OPTIONS]', ...args].join(' ');
}
