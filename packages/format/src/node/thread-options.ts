/**
 * The options of Node for a thread whose program is a file: those of this process, but for what says how a program on the command line or
 * standard input is to be read, with which no file can be started.
 */
export function threadOptions(options: readonly string[] = process.execArgv): string[] {
  return options.filter((option, index) => !option.startsWith('--input-type') && options[index - 1] !== '--input-type');
}
