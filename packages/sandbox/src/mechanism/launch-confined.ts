import type { LaunchResult } from '../launch.ts';
import type { Confinement } from './confinement.ts';
import type { Mechanism } from './mechanism.ts';
import { type SpawnConfinedOptions, spawnConfined } from './spawn-confined.ts';

/** Signals that are meant for the application when this process gets them. Those of a keyboard as well: it has no terminal. */
const FORWARDED: readonly NodeJS.Signals[] = [
  'SIGTERM',
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGCONT',
  'SIGWINCH',
];

/** Options of {@link launchConfined}. */
export interface LaunchConfinedOptions extends SpawnConfinedOptions {
  /** Ends the application with SIGTERM. */
  readonly signal?: AbortSignal;
}

/** How a confined application ended. */
export interface ConfinedResult extends LaunchResult {
  /** Version of the Landlock interface that was in force; 0: there was no second wall. */
  readonly landlock: number;
}

/**
 * Starts a confined application and waits for its end. Signals that this process gets meanwhile are handed on. When the
 * application ends, everything in the sandbox does.
 *
 * @throws AppImageError `io` when the sandbox can not be made; what `onStarted` throws
 */
export async function launchConfined(
  confinement: Confinement,
  mechanism: Mechanism,
  { signal, ...options }: LaunchConfinedOptions = {},
): Promise<ConfinedResult> {
  signal?.throwIfAborted();
  const { ready, ended, kill } = spawnConfined(confinement, mechanism, options);
  const forward = (name: NodeJS.Signals) => kill(name);
  const stop = () => kill('SIGTERM');
  for (const name of FORWARDED) process.on(name, forward);
  signal?.addEventListener('abort', stop);
  try {
    const landlock = await ready;
    return { ...(await ended), landlock };
  } finally {
    await ended;
    for (const name of FORWARDED) process.off(name, forward);
    signal?.removeEventListener('abort', stop);
  }
}
