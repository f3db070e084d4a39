/** Options that the runtime keeps for itself, unless a "--" stands before them. */
const RUNTIME_OPTION = '--appimage-';

/** What the application gets of the arguments behind its file: a "--" before them is left out. */
export function applicationArgs(args: readonly string[]): readonly string[] {
  const [first, second] = args;
  return first === '--' && !second?.startsWith(RUNTIME_OPTION) ? args.slice(1) : args;
}
