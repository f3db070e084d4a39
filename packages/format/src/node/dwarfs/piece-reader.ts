import { AppImageError } from '../../errors.ts';

/** Takes bytes out of a stream of pieces, in the amounts that are wanted. */
export class PieceReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #what: string;
  #piece: Uint8Array = new Uint8Array(0);
  #position = 0;

  /** `what` names the stream in messages: "output of dwarfsextract". */
  constructor(pieces: AsyncIterable<Uint8Array>, what: string) {
    this.#pieces = pieces[Symbol.asyncIterator]();
    this.#what = what;
  }

  /** Bytes taken so far. */
  get position(): number {
    return this.#position;
  }

  /** The next `length` bytes in parts, each as large as it comes. */
  async *parts(length: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let taken = 0; taken < length; ) {
      if (this.#piece.length === 0) await this.#next(length - taken);
      const part = this.#piece.subarray(0, length - taken);
      this.#piece = this.#piece.subarray(part.length);
      this.#position += part.length;
      taken += part.length;
      yield part;
    }
  }

  /** The next `length` bytes at once. */
  async take(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    for await (const part of this.parts(length)) {
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes;
  }

  /** Passes over all that is left. */
  async drain(): Promise<void> {
    while (!(await this.#pieces.next()).done);
  }

  /** Tells the stream that nobody wants more of it; nothing may be taken any more. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  async #next(expected: number): Promise<void> {
    const { done, value } = await this.#pieces.next();
    if (done === true) {
      throw new AppImageError(
        'out-of-bounds',
        `Cannot read ${this.#what}: expected ${expected} more bytes, found its end`,
        {
          offset: this.#position,
        },
      );
    }
    this.#piece = value;
  }
}
