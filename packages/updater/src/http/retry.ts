import { type HttpPlace, PassingFailure } from './http-failure.ts';

/** How often and how patiently something is tried again. */
export interface RetryPolicy {
  readonly retries: number;
  /** Milliseconds before the first retry. */
  readonly retryDelay: number;
  readonly signal?: AbortSignal | undefined;
}

/** Seconds; nobody waits longer than this before an attempt, whatever the server wishes. */
const LONGEST_WAIT = 60;

/** Repeats `attempt` while it ends with a {@link PassingFailure}; the last one becomes the error. */
export async function retrying<Result>(
  { retries, retryDelay, signal }: RetryPolicy,
  place: HttpPlace,
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof PassingFailure)) throw error;
      const wait = error.details.retryAfter ?? Math.min((retryDelay * 2 ** failures) / 1000, LONGEST_WAIT);
      if (failures >= retries || wait > LONGEST_WAIT) throw error.final(failures + 1, place);
      // Up to a quarter more, so that those who failed together do not come back together.
      await pause(1000 * wait * (1 + Math.random() / 4), signal);
    }
  }
}

/** `Retry-After` in seconds from `now` (milliseconds) on: a number or a date. RFC 9110, section 10.2.3. */
export function parseRetryAfter(text: string | null, now: number = Date.now()): number | undefined {
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
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
