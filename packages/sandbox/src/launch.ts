import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { AppImageError } from '@appimage-js/format';
import type { LaunchPlan } from './plan.ts';

/** Signals that are meant for the application when this process gets them. */
const FORWARDED: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGCONT', 'SIGWINCH'];

/** A terminal sends these to every process of the foreground itself. */
const FROM_KEYBOARD: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

/** Options of {@link launch}. */
export interface LaunchOptions {
  /** Ends the application with SIGTERM. */
  readonly signal?: AbortSignal;
}

/** How the application ended. */
export interface LaunchResult {
  /** As a shell has it: the exit status, or 128 + n for signal n. */
  readonly status: number;
  /** The signal that ended it, if one did. */
  readonly signal: NodeJS.Signals | null;
}

/**
 * Starts a planned application as a child, with the input and output of this process, and waits for its end. Signals that
 * this process gets meanwhile are handed on.
 *
 * @throws AppImageError `io` when it can not be started
 */
export function launch(plan: LaunchPlan, { signal }: LaunchOptions = {}): Promise<LaunchResult> {
  const { command, argv0, args, env, cwd } = plan;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(command, args, { argv0, env, cwd, stdio: 'inherit' });
    const forward = (name: NodeJS.Signals) => void child.kill(name);
    const stop = () => void child.kill('SIGTERM');
    const swallow = () => undefined;
    const keyboard = process.stdin.isTTY ? swallow : forward;

    for (const name of FORWARDED) process.on(name, forward);
    for (const name of FROM_KEYBOARD) process.on(name, keyboard);
    signal?.addEventListener('abort', stop);
    const settle = () => {
      for (const name of FORWARDED) process.off(name, forward);
      for (const name of FROM_KEYBOARD) process.off(name, keyboard);
      signal?.removeEventListener('abort', stop);
    };

    child.once('error', (cause) => {
      settle();
      reject(new AppImageError('io', `Cannot start ${argv0}: ${cause.message}`, { path: command, cause }));
    });
    child.once('exit', (code, ended) => {
      settle();
      resolve({ status: code ?? 128 + constants.signals[ended as NodeJS.Signals], signal: ended });
    });
  });
}
