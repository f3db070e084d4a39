/**
 * Blocks of a source by their number, as many as there is room for. Those that a stream has passed go first, since it does
 * not come back; of the others, those that were not used for longest.
 */
export class BlockStore {
  readonly #capacity: number;
  readonly #kept = new Map<number, Uint8Array>();
  readonly #passed = new Map<number, Uint8Array>();

  /** `capacity` is a number of blocks. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  has(index: number): boolean {
    return this.#kept.has(index) || this.#passed.has(index);
  }

  /** The block, which counts as used now. */
  get(index: number): Uint8Array | undefined {
    const bytes = this.#take(index);
    if (bytes) this.#kept.set(index, bytes);
    return bytes;
  }

  put(index: number, bytes: Uint8Array): void {
    this.#take(index);
    this.#kept.set(index, bytes);
    while (this.#kept.size + this.#passed.size > this.#capacity) this.#dropOne();
  }

  /** Says that a stream has read all of the block. */
  pass(index: number): void {
    const bytes = this.#take(index);
    if (bytes) this.#passed.set(index, bytes);
  }

  clear(): void {
    this.#kept.clear();
    this.#passed.clear();
  }

  #take(index: number): Uint8Array | undefined {
    const bytes = this.#kept.get(index) ?? this.#passed.get(index);
    this.#kept.delete(index);
    this.#passed.delete(index);
    return bytes;
  }

  #dropOne(): void {
    const blocks = this.#passed.size > 0 ? this.#passed : this.#kept;
    const [oldest] = blocks.keys();
    blocks.delete(oldest as number);
  }
}
