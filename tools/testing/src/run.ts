import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';

/** Runs a program to its end and returns what it printed, one character a byte. */
export function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): string {
  return execFileSync(program, args, { ...options, encoding: 'latin1', maxBuffer: 2 ** 28, stdio: 'pipe' });
}

/** Mounts a file system in memory that is soon full, until the test is finished; needs root. Answers the folder. */
export function mountTmpfs(folder: string, size: string): string {
  run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  onTestFinished(() => void run('umount', [folder]));
  return folder;
}
