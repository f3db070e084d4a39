import { AppImageError } from '@appimage-js/format';
import { type LaunchPlan, workingDirectory } from './plan.ts';

/** Signals that Node ignores. What a process ignores, the program that it becomes ignores as well. */
const IGNORED_BY_NODE: readonly NodeJS.Signals[] = ['SIGPIPE', 'SIGXFSZ'];

/**
 * Makes this process become a planned application: the same pid, so that signals, job control, exit status and input and
 * output are the application's own. Nothing of this process is left, and nothing of it runs afterwards.
 *
 * @throws AppImageError `unsupported` where Node can not replace its process
 */
export function becomeApplication({ command, argv0, args, env, cwd }: LaunchPlan): never {
  if (process.execve === undefined) {
    throw new AppImageError('unsupported', `Cannot become ${argv0}: Node ${process.version} has no process.execve`);
  }
  // A signal that has a handler, not one that is ignored, goes back to its default in the new program.
  for (const signal of IGNORED_BY_NODE) process.on(signal, () => undefined);
  // One that may not be entered, or was removed, can be kept, and not be gone into again.
  if (cwd !== workingDirectory()) process.chdir(cwd);
  return process.execve(command, [argv0, ...args], env);
}
