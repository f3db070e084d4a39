/** Ends a request when its caller gives up, its source is closed, or nothing was heard for too long. */
export class SilenceWatch {
  readonly #controller = new AbortController();
  readonly #milliseconds: number;
  readonly #signals: readonly AbortSignal[];
  #silent = false;

  constructor(milliseconds: number, signals: readonly AbortSignal[]) {
    this.#milliseconds = milliseconds;
    this.#signals = signals;
    for (const signal of signals) {
      if (signal.aborted) this.#controller.abort(signal.reason);
      else signal.addEventListener('abort', this.#giveUp);
    }
  }

  /** For the request itself. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it was the silence that ended the request. */
  get silent(): boolean {
    return this.#silent;
  }

  /** Waits for something to be heard, even from one who knows no signals; the clock stands still between two calls. */
  async listen<Heard>(heard: Promise<Heard>): Promise<Heard> {
    const { signal } = this.#controller;
    const ended = Promise.withResolvers<never>();
    const end = () => ended.reject(signal.reason);
    const timer = setTimeout(() => {
      this.#silent = true;
      this.#controller.abort();
    }, this.#milliseconds);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    try {
      return await Promise.race([heard, ended.promise]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  }

  /** Lets go of the callers' signals. */
  end(): void {
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#giveUp);
  }

  readonly #giveUp = (event: Event): void => {
    this.#controller.abort((event.target as AbortSignal).reason);
  };
}
