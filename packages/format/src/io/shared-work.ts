/**
 * Work that any number of callers wait for. Each of them may give up by itself, at once; when all who waited have given
 * up, the work is told to end.
 */
export class SharedWork<Value> {
  readonly #controller = new AbortController();
  readonly #result: Promise<Value>;
  #state: 'under-way' | 'done' | 'lost' = 'under-way';
  #waiting = 0;

  /** Begins at once. Nobody has to wait: a failure that nobody hears of is no unhandled rejection. */
  constructor(start: (signal: AbortSignal) => Promise<Value>) {
    this.#result = start(this.#controller.signal);
    this.#result.then(
      () => this.#settle('done'),
      () => this.#settle('lost'),
    );
  }

  /** Whether it failed or was told to end: it is of no use to those who come now, who have to begin anew. */
  get lost(): boolean {
    return this.#state === 'lost';
  }

  /** The result. Rejects with the signal's reason as soon as `signal` is aborted; without one, the work goes on to its end. */
  async wait(signal?: AbortSignal): Promise<Value> {
    signal?.throwIfAborted();
    this.#waiting += 1;
    if (signal === undefined || this.#state !== 'under-way') return this.#result;
    let giveUp: (() => void) | undefined;
    const givenUp = new Promise<never>((_, reject) => {
      giveUp = () => {
        reject(signal.reason);
        this.#leave(signal.reason);
      };
      signal.addEventListener('abort', giveUp);
    });
    try {
      return await Promise.race([this.#result, givenUp]);
    } finally {
      if (giveUp) signal.removeEventListener('abort', giveUp);
    }
  }

  /** Tells it to end, whoever waits: they hear what it makes of `reason`. */
  end(reason: unknown): void {
    if (this.#state === 'under-way') this.#state = 'lost';
    this.#controller.abort(reason);
  }

  #leave(reason: unknown): void {
    this.#waiting -= 1;
    if (this.#waiting === 0 && this.#state === 'under-way') this.end(reason);
  }

  #settle(state: 'done' | 'lost'): void {
    if (this.#state === 'under-way') this.#state = state;
  }
}
