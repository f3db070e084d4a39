import type { ReadOptions } from '../byte-source.ts';
import { PassingFailure } from './http-error.ts';

/** How often and how patiently something is tried again. */
export interface RetryPolicy {
  readonly retries: number;
  /** Milliseconds before the first retry. */
  readonly retryDelay: number;
}

/** Nobody waits longer than this before an attempt, whatever the server wishes. */
const LONGEST_WAIT = 60_000;

/** Repeats `attempt` while it ends with a {@link PassingFailure}; the last one becomes the error. */
export async function retrying<Result>(
  { retries, retryDelay }: RetryPolicy,
  attempt: () => Promise<Result>,
  { signal }: ReadOptions = {},
): Promise<Result> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof PassingFailure)) throw error;
      const wait = error.retryAfter ?? Math.min(retryDelay * 2 ** failures, LONGEST_WAIT);
      if (failures >= retries || wait > LONGEST_WAIT) throw error.final(failures + 1);
      // Up to a quarter more, so that those who failed together do not come back together.
      await pause(wait * (1 + Math.random() / 4), signal);
    }
  }
}

/** `Retry-After` in milliseconds from `now` on: seconds or a date. RFC 9110, section 10.2.3. */
export function parseRetryAfter(text: string | null, now: number = Date.now()): number | undefined {
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const giveUp = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', giveUp);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', giveUp, { once: true });
  });
}
