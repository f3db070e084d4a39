import { bashCompletion } from './bash.ts';
import type { CompletedCommand } from './describe-commands.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

export { describeCommands } from './describe-commands.ts';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** The script by which a shell completes these commands. */
export function completionScript(shell: keyof typeof SCRIPTS, commands: readonly CompletedCommand[]): string {
  return SCRIPTS[shell](commands);
}
