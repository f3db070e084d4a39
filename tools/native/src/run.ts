import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * Runs a program, in a folder if one is given, and returns what it printed on stdout.
 *
 * @throws Error with what the program printed on stderr
 */
export async function run(
  program: string,
  args: readonly string[],
  { folder }: { readonly folder?: string } = {},
): Promise<string> {
  try {
    const { stdout } = await execute(program, args, {
      maxBuffer: 64 << 20,
      env: { ...process.env, LC_ALL: 'C' },
      ...(folder === undefined ? {} : { cwd: folder }),
    });
    return stdout;
  } catch (error) {
    const detail = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new Error(`${program} failed: ${detail || String(error)}`, { cause: error });
  }
}
