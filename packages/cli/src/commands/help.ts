import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';

/** `appimage help`. Commander's own takes a command that does not exist for none. */
export function helpCommand(program: CommandUnknownOpts) {
  return new Command('help')
    .summary('print how a command is used')
    .description('Prints how a command is used; without a command, which there are.')
    .argument('[COMMAND]', 'the command')
    .action(async (name) => {
      if (name === undefined) program.help();
      const command = program.commands.find((candidate) => candidate.name() === name);
      if (command !== undefined) command.help();
      await program.parseAsync([name], { from: 'user' }); // complains, and suggests a name that exists
    });
}
