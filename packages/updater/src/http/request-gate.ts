/**
 * Lets so many requests to one origin be under way at once; the others wait in order, and may give up. The dispatcher would let
 * them wait as well, but with the clock of their own head running.
 */
export class RequestGate {
  readonly #limit: number;
  readonly #origins = new Map<string, { inside: number; readonly waiting: Set<() => void> }>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Waits for a turn; what it answers gives the turn back, once. Rejects with the signal's reason. */
  async enter(origin: string, signal: AbortSignal | undefined): Promise<() => void> {
    signal?.throwIfAborted();
    const place = this.#origins.get(origin) ?? { inside: 0, waiting: new Set() };
    this.#origins.set(origin, place);
    if (place.inside < this.#limit) place.inside += 1;
    else await turnIn(place.waiting, signal);
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      const [next] = place.waiting;
      if (next === undefined) {
        place.inside -= 1;
        return;
      }
      place.waiting.delete(next);
      next();
    };
  }
}

function turnIn(waiting: Set<() => void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const turn = () => {
      signal?.removeEventListener('abort', giveUp);
      resolve();
    };
    const giveUp = () => {
      waiting.delete(turn);
      reject(signal?.reason);
    };
    waiting.add(turn);
    signal?.addEventListener('abort', giveUp, { once: true });
  });
}
