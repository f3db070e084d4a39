/** Collects pieces of bytes; the first piece alone is kept without a copy. */
export class GrowingBytes {
  #bytes: Uint8Array = new Uint8Array(0);
  #length = 0;

  /** Bytes collected so far. */
  get length(): number {
    return this.#length;
  }

  append(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (this.#length === 0) {
      this.#bytes = piece;
    } else {
      if (length > this.#bytes.length || this.#bytes.length === this.#length) this.#grow(length * 2);
      this.#bytes.set(piece, this.#length);
    }
    this.#length = length;
  }

  /** The first `length` bytes, as a view that must not be written to. */
  first(length: number): Uint8Array {
    return this.#bytes.subarray(0, Math.min(length, this.#length));
  }

  #grow(capacity: number): void {
    const larger = new Uint8Array(capacity);
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
