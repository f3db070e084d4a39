import type { CompletedCommand, CompletedOption } from './describe-commands.ts';
import { quoteWord } from './quote.ts';

/** The completion script of zsh, for a folder of `$fpath`. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  return `#compdef appimage
# Completion of appimage for zsh: put into a folder of $fpath, as _appimage
_appimage() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands=(
${commands.map(({ name, summary }) => `    ${quoteWord(`${name}:${summary}`)}\n`).join('')}  )
  _arguments -C '1: :->command' '*:: :->rest'
  case $state in
    command) _describe -t commands 'command' commands ;;
    rest)
      case $line[1] in
${commands.map(commandCase).join('')}      esac
      ;;
  esac
}
if [[ $funcstack[1] == _appimage ]]; then _appimage "$@"; else compdef _appimage appimage; fi
`;
}

function commandCase({ name, options, choices }: CompletedCommand): string {
  const argument = choices === undefined ? '*:file:_files' : `1:value:(${choices.join(' ')})`;
  const rest = name === 'run' ? ['1:file:_files', '*:: :_normal'] : [argument];
  const lines = [...options.flatMap(optionSpecs), ...rest].map((spec) => `          ${quoteWord(spec)}`);
  return `        ${name})
          _arguments -S \\
${lines.join(' \\\n')}
          ;;
`;
}

/** "(-o --output)--output[the AppImage]:value:_files" */
function optionSpecs({ flags, summary, takesValue, choices }: CompletedOption): string[] {
  const value = !takesValue ? '' : choices === undefined ? ':value:_files' : `:value:(${choices.join(' ')})`;
  const text = summary.replace(/[[\]:\\]/g, '\\$&');
  return flags.map((flag) => `(${flags.join(' ')})${flag}[${text}]${value}`);
}
