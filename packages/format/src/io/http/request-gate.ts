/** Lets at most so many requests be under way at once; the others wait in order, and may give up. */
export class RequestGate {
  readonly #limit: number;
  readonly #waiting = new Set<() => void>();
  #inside = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Waits for a turn, which has to be given back by {@link RequestGate.leave}. Rejects with the signal's reason. */
  async enter(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#inside < this.#limit) {
      this.#inside += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const turn = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.delete(turn);
        reject(signal?.reason);
      };
      this.#waiting.add(turn);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#inside -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
