import { SharedWork } from './shared-work.ts';

/**
 * Values that are dear to make. Those that were used last are kept; whoever asks for one that is being made waits for the
 * same work, and may give up by itself. Failures are not kept.
 */
export class SharedCache<Key, Value> {
  readonly #capacity: number;
  readonly #values = new Map<Key, Value>();
  readonly #work = new Map<Key, SharedWork<Value>>();
  #lastKey: Key | undefined;
  #lastValue: Value | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The value of `key` where it is at hand, without waiting. */
  peek(key: Key): Value | undefined {
    if (key === this.#lastKey) return this.#lastValue;
    const value = this.#values.get(key);
    if (value !== undefined) this.keep(key, value);
    return value;
  }

  /** Keeps a value that was made elsewhere, or used just now. */
  keep(key: Key, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    this.#lastKey = key;
    this.#lastValue = value;
    if (this.#values.size <= this.#capacity) return;
    const [oldest] = this.#values.keys();
    this.#values.delete(oldest as Key);
  }

  /**
   * The value of `key`, made by `make` where it is not at hand; `make` is given a signal that is aborted when all who waited
   * have given up. Rejects with the reason of `signal` as soon as that is aborted.
   */
  async get(key: Key, make: (signal: AbortSignal) => Promise<Value>, signal?: AbortSignal): Promise<Value> {
    signal?.throwIfAborted();
    const known = this.peek(key);
    if (known !== undefined) return known;
    let work = this.#work.get(key);
    if (work === undefined || work.lost) {
      work = this.#begin(key, make);
      this.#work.set(key, work);
    }
    return work.wait(signal);
  }

  #begin(key: Key, make: (signal: AbortSignal) => Promise<Value>): SharedWork<Value> {
    const work: SharedWork<Value> = new SharedWork(async (signal) => {
      try {
        const value = await make(signal);
        this.keep(key, value);
        return value;
      } finally {
        if (this.#work.get(key) === work) this.#work.delete(key);
      }
    });
    return work;
  }
}
