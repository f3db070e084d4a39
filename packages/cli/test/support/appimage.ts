import { fileURLToPath } from 'node:url';
import { execa, type Options } from 'execa';

const BIN = fileURLToPath(new URL('../../bin/appimage.js', import.meta.url));

/** How the command ended, and what it printed. */
export interface Outcome {
  readonly status: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command in a process of its own, as a user does. */
export async function appimage(args: readonly string[], options: Options = {}): Promise<Outcome> {
  const result = await startAppimage(args, options);
  return {
    status: result.exitCode,
    signal: result.signal,
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
  };
}

/** Starts the built command and lets the caller talk to it. */
export function startAppimage(args: readonly string[], options: Options = {}) {
  return execa(process.execPath, [BIN, ...args], {
    reject: false,
    stripFinalNewline: false,
    stdin: 'ignore',
    extendEnv: true,
    ...options,
  });
}

/** The command line for a shell. */
export function shellCommand(...args: readonly string[]): string {
  return [process.execPath, BIN, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
}
