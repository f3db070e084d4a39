/** When a daemon syncs, in milliseconds. */
export interface PaceTimes {
  /** How long it waits for files that are being written, with others that are done. */
  readonly patience: number;
  /** The first pause after a sync that has failed; each further one is twice as long. */
  readonly retry: number;
  readonly longestRetry: number;
}

/** A sync takes at most one part of the time in so many. */
const TIME_SHARE = 4;
const LEAST_GAP = 200;

/** Decides when to sync: changes are gathered, no stream of them starves it, and none keeps it busy. Times are of a clock that does not jump. */
export class Pace {
  readonly #times: PaceTimes;
  #changedAt: number | undefined;
  #retryAt = Number.POSITIVE_INFINITY;
  #restUntil = Number.NEGATIVE_INFINITY;
  #failures = 0;

  constructor(times: PaceTimes) {
    this.#times = times;
  }

  /** Something has changed that a sync would see. */
  change(now: number): void {
    this.#changedAt ??= now;
  }

  /**
   * When to sync; infinity where there is no reason to.
   *
   * @param isBusy whether files are being written
   */
  dueAt(isBusy: boolean): number {
    const changed = this.#changedAt ?? Number.POSITIVE_INFINITY;
    return Math.max(Math.min(changed + (isBusy ? this.#times.patience : 0), this.#retryAt), this.#restUntil);
  }

  /** A sync begins: what changes from now on is a reason for the next one. */
  begin(): void {
    this.#changedAt = undefined;
    this.#retryAt = Number.POSITIVE_INFINITY;
  }

  /** @param again pause until the next sync, though nothing changes */
  succeed(begun: number, now: number, again: number = Number.POSITIVE_INFINITY): void {
    this.#failures = 0;
    this.#retryAt = now + again;
    this.#rest(begun, now);
  }

  /** Answers the pause until the next attempt. */
  fail(begun: number, now: number): number {
    const { retry, longestRetry } = this.#times;
    const pause = Math.min(retry * 2 ** Math.min(this.#failures, 30), longestRetry);
    this.#failures += 1;
    this.#retryAt = now + pause;
    this.#rest(begun, now);
    return pause;
  }

  #rest(begun: number, now: number): void {
    this.#restUntil = now + Math.max((now - begun) * (TIME_SHARE - 1), LEAST_GAP);
  }
}
