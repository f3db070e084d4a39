import type { CompletedCommand, CompletedOption } from './describe-commands.ts';
import { quoteFishWord } from './quote.ts';

/** The completion script of fish. Without `-f`, files are offered as well. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  return `# Completion of appimage for fish: put into ~/.config/fish/completions/appimage.fish
${commands
  .map(
    ({ name, summary }) =>
      `complete -c appimage -f -n __fish_use_subcommand -a ${quoteFishWord(name)} -d ${quoteFishWord(summary)}\n`,
  )
  .join('')}${commands.map(commandLines).join('')}`;
}

function commandLines({ name, options, choices }: CompletedCommand): string {
  const condition = quoteFishWord(`__fish_seen_subcommand_from ${name}`);
  const values =
    choices === undefined ? '' : `complete -c appimage -f -n ${condition} -a ${quoteFishWord(choices.join(' '))}\n`;
  return values + options.map((option) => optionLine(option, condition)).join('');
}

function optionLine({ flags, summary, takesValue, choices }: CompletedOption, condition: string): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const value = !takesValue ? '' : choices === undefined ? ' -r -F' : ` -x -a ${quoteFishWord(choices.join(' '))}`;
  return `complete -c appimage -n ${condition} ${names.join(' ')}${value} -d ${quoteFishWord(summary)}\n`;
}
