import type { ByteSink } from '../../io/byte-sink.ts';

/** What an {@link OrderedOutput} writes to. */
export interface OrderedOutputOptions {
  readonly sink: ByteSink;
  /** Where the first bytes go. */
  readonly position: number;
  /** How many pieces may be in the making or on their way to the sink before `push` waits. */
  readonly concurrency: number;
}

/**
 * Appends pieces in the order in which they were pushed, although they are made, and written, side by side. Where a piece
 * goes is known once all before it are made.
 */
export class OrderedOutput {
  readonly #sink: ByteSink;
  readonly #concurrency: number;
  readonly #unfinished = new Set<Promise<void>>();
  #lastPlaced: Promise<void> = Promise.resolve();
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
    while (this.#unfinished.size >= this.#concurrency) await Promise.race(this.#unfinished);
  }

  /** Waits until everything is written and returns where the next piece would go. */
  async finish(): Promise<number> {
    await Promise.all(this.#unfinished);
    return this.#position;
  }

  /** After a failure: begins no other write and waits until those under way are over, so that the sink is the caller's again. */
  async abandon(): Promise<void> {
    this.#abandoned = true;
    await Promise.allSettled(this.#unfinished);
  }

  #enqueue(piece: Promise<Uint8Array>, placed?: (position: number) => void): void {
    const place = this.#place(piece, this.#lastPlaced, placed);
    this.#lastPlaced = place.then(() => undefined);
    this.#lastPlaced.catch(() => undefined); // told by the piece itself
    const written = place.then(({ bytes, position }) => this.#write(position, bytes));
    // A piece that failed stays, so that whoever pushes or finishes next is told.
    const finished = written.then(() => void this.#unfinished.delete(finished));
    finished.catch(() => undefined);
    this.#unfinished.add(finished);
  }

  async #place(piece: Promise<Uint8Array>, before: Promise<void>, placed?: (position: number) => void) {
    // Both are awaited together, so that neither is left without a handler when the other fails.
    const [bytes] = await Promise.all([piece, before]);
    const position = this.#position;
    this.#position += bytes.length;
    placed?.(position);
    return { bytes, position };
  }

  async #write(position: number, bytes: Uint8Array): Promise<void> {
    if (this.#abandoned) return;
    try {
      await this.#sink.write(position, bytes);
    } catch (error) {
      this.#abandoned = true;
      throw error;
    }
  }
}
