import { readFileSync } from 'node:fs';
import { Command } from '@commander-js/extra-typings';
import { commands } from './commands/index.ts';
import type { Session } from './session.ts';
import { toSettings, withSettings } from './settings.ts';
import { throwUsageErrors } from './usage-error.ts';

/** The whole command line. Only the commands that it names are loaded; of the others it knows name and summary. */
export async function createProgram(session: Session): Promise<Command> {
  const program = withSettings(new Command('appimage'))
    .description('Build, inspect, extract and run applications in a file.')
    .usage('COMMAND [OPTIONS]')
    .version(readVersion(), '-V, --version', 'print the version')
    .enablePositionalOptions()
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .helpCommand('help [COMMAND]', 'print how a command is used')
    .configureOutput({ outputError: () => undefined })
    .hook('preAction', (_, command) => {
      session.settings = toSettings(command.optsWithGlobals());
    });

  for (const { name, summary, load } of commands) {
    const command = session.args.includes(name) ? withSettings((await load())(session)) : new Command(name);
    program.addCommand(command.summary(summary));
  }
  for (const command of [program, ...program.commands]) {
    command.copyInheritedSettings(program as Command);
    throwUsageErrors(command as Command);
  }
  return program as Command;
}

function readVersion(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
