import type { ByteSink } from '../../io/byte-sink.ts';

/** What an {@link OrderedOutput} writes to. */
export interface OrderedOutputOptions {
  readonly sink: ByteSink;
  /** Where the first bytes go. */
  readonly position: number;
  /** How many pieces may be in the making before `push` waits. */
  readonly concurrency: number;
}

/**
 * Appends pieces in the order in which they were pushed, although they are made side by side. Where a piece ends up is
 * known once all before it are finished.
 */
export class OrderedOutput {
  readonly #sink: ByteSink;
  readonly #concurrency: number;
  readonly #pending: Promise<void>[] = [];
  #last: Promise<void> = Promise.resolve();
  #position: number;
  #abandoned = false;

  constructor({ sink, position, concurrency }: OrderedOutputOptions) {
    this.#sink = sink;
    this.#position = position;
    this.#concurrency = Math.max(1, concurrency);
  }

  /** Appends bytes that are there already. */
  append(...pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) this.#enqueue(Promise.resolve(piece));
  }

  /**
   * Appends a piece that is in the making; `placed` is told where it went. Resolves when there is room for the next one.
   *
   * @throws whatever made this or an earlier piece fail
   */
  async push(piece: Promise<Uint8Array>, placed: (position: number) => void): Promise<void> {
    this.#enqueue(piece, placed);
    while (this.#pending.length >= this.#concurrency) await this.#pending[0];
  }

  /** Waits until everything is written and returns where the next piece would go. */
  async finish(): Promise<number> {
    await this.#last;
    return this.#position;
  }

  /** After a failure: begins no other write and waits until the one under way is over, so that the sink is the caller's again. */
  async abandon(): Promise<void> {
    this.#abandoned = true;
    await this.#last.catch(() => undefined);
  }

  #enqueue(piece: Promise<Uint8Array>, placed?: (position: number) => void): void {
    const write = async (before: Promise<void>) => {
      // Both are awaited together, so that neither is left without a handler when the other fails.
      const [bytes] = await Promise.all([piece, before]);
      if (this.#abandoned) return;
      placed?.(this.#position);
      const position = this.#position;
      this.#position += bytes.length;
      await this.#sink.write(position, bytes);
      void this.#pending.shift();
    };
    this.#last = write(this.#last);
    this.#last.catch(() => undefined); // told to whoever pushes or finishes next
    this.#pending.push(this.#last);
  }
}
