import type { CompletedCommand, CompletedOption } from './describe-commands.ts';
import { quoteWord } from './quote.ts';

/**
 * The completion script of bash. What it does not know is a file: an empty answer leaves that to readline (`-o default`), which
 * quotes the names.
 */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  return `# Completion of appimage for bash: put into ~/.local/share/bash-completion/completions/appimage
_appimage() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command= index
  local -i arguments=0
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case \${COMP_WORDS[index]} in
      --) return ;;
      -*) ;;
      *) if [[ -z $command ]]; then command=\${COMP_WORDS[index]}; else arguments+=1; fi ;;
    esac
  done
  # What belongs to the application is not ours to complete.
  if [[ $command == run ]] && ((arguments > 0)); then return; fi
  local words=
  case $command in
    '') words=${quoteWord(commands.map(({ name }) => name).join(' '))} ;;
${commands.map(commandCase).join('')}  esac
  [[ -z $words ]] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o default -F _appimage appimage
`;
}

function commandCase({ name, options, choices }: CompletedCommand): string {
  const flags = options.flatMap((option) => option.flags).join(' ');
  const argument =
    choices === undefined
      ? `if [[ $word == -* ]]; then words=${quoteWord(flags)}; fi`
      : `if [[ $word == -* ]]; then words=${quoteWord(flags)}; elif ((arguments == 0)); then words=${quoteWord(choices.join(' '))}; fi`;
  return `    ${name})
      case $previous in
${options
  .filter(({ takesValue }) => takesValue)
  .map(valueCase)
  .join('')}        *) ${argument} ;;
      esac
      ;;
`;
}

function valueCase({ flags, choices }: CompletedOption): string {
  return `        ${flags.join('|')}) ${choices === undefined ? '' : `words=${quoteWord(choices.join(' '))} `};;\n`;
}
