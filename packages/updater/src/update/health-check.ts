import { spawn } from 'node:child_process';
import type { HealthCheck } from './update-options.ts';

const TIMEOUT_MILLISECONDS = 60_000;

/**
 * Runs a command that says by its status whether a new version works. Answers why it does not; undefined when it does. What it prints is
 * not shown. When its time is over it is ended, with all that it has started in its own group.
 */
export async function runHealthCheck(
  path: string,
  { command, timeoutMilliseconds = TIMEOUT_MILLISECONDS }: HealthCheck,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const isWindows = process.platform === 'win32';
  const child = spawn(command, {
    shell: true,
    stdio: 'ignore',
    detached: !isWindows,
    env: { ...process.env, APPIMAGE: path },
  });
  let reason: string | undefined;
  const end = (why: string) => {
    reason ??= why;
    if (child.pid === undefined) return;
    try {
      if (isWindows) child.kill('SIGKILL');
      else process.kill(-child.pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  };
  const interrupt = () => end('it was interrupted');
  const timer = setTimeout(() => end(`it did not end within ${timeoutMilliseconds / 1000} s`), timeoutMilliseconds);
  signal?.addEventListener('abort', interrupt);
  try {
    return await new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (status, ending) =>
        resolve(reason ?? (status === 0 ? undefined : `it ended with ${ending ?? `status ${status}`}`)),
      );
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', interrupt);
  }
}
