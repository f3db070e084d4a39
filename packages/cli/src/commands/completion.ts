import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Session } from '../session.ts';

/** `appimage completion`; `loadAll` gives the command line with all its commands. */
export function completionCommand(
  session: Session,
  loadAll: () => Promise<CommandUnknownOpts>,
): Command<['bash' | 'zsh' | 'fish']> {
  return new Command('completion')
    .summary('print a script by which a shell completes all this')
    .description(
      'Prints a script by which a shell completes commands, options and their values. For bash: ' +
        'appimage completion bash > ~/.local/share/bash-completion/completions/appimage',
    )
    .addArgument(new Argument('<SHELL>', 'the shell').choices(['bash', 'zsh', 'fish'] as const))
    .action(async (shell) => {
      const { completionScript, describeCommands } = await import('../completion/index.ts');
      const commands = describeCommands(await loadAll());
      if (session.settings.json) await session.printJson(commands);
      else await session.stdout.write(completionScript(shell, commands));
    });
}
