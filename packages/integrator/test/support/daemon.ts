import { onTestFinished, vi } from 'vitest';
import {
  type DaemonEvent,
  type DaemonOptions,
  type DaemonSyncRequest,
  type DaemonSyncResult,
  runDaemon,
  syncAppImages,
} from '../../src/index.ts';
import type { Home } from './home.ts';

/** A daemon that runs until the test is finished. */
export interface RunningDaemon {
  readonly events: readonly DaemonEvent[];
  /** The results of its syncs. */
  readonly syncs: readonly DaemonSyncResult[];
  /** Waits until something is so. */
  readonly until: (isSo: () => boolean) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A sync in this process, as a daemon wants it. */
export async function syncHere(
  { places }: Pick<Home, 'places'>,
  { unsettled, signal }: DaemonSyncRequest,
): Promise<DaemonSyncResult> {
  const result = await syncAppImages({ places, unsettled, signal, launch: 'self', command: ['/usr/bin/appimage'] });
  return { ...result, standingBack: null };
}

/** Starts a daemon that is quicker than usual, and waits for its first sync. */
export async function startDaemon(home: Home, options: Partial<DaemonOptions> = {}): Promise<RunningDaemon> {
  const controller = new AbortController();
  const events: DaemonEvent[] = [];
  const syncs: DaemonSyncResult[] = [];
  const sync = options.sync ?? ((request) => syncHere(home, request));
  const end = runDaemon({
    places: home.places,
    tell: (event) => events.push(event),
    signal: controller.signal,
    ...options,
    sync: async (request) => {
      const result = await sync(request);
      syncs.push(result);
      return result;
    },
    times: { least: 100, most: 400, patience: 1500, pulse: 150, retry: 100, longestRetry: 400, ...options.times },
  });
  const stop = async () => {
    controller.abort();
    await end;
  };
  onTestFinished(stop);
  const until = (isSo: () => boolean) =>
    vi.waitFor(
      () => {
        if (!isSo()) throw new Error(`It is not so yet: ${JSON.stringify(events.slice(-5))}`);
      },
      { timeout: 30_000, interval: 20 },
    );
  await until(() => events.some(({ event }) => event === 'synced' || event === 'failed'));
  return { events, syncs, until, stop };
}
