/** One who reads forward: where the last read was, and where the first. */
interface Stream {
  readonly origin: number;
  readonly start: number;
  readonly end: number;
}

/** As many readers as are told apart; who reads further away than they is taken for a new one. */
const MAXIMUM_STREAMS = 8;

/** {@link ReadAhead}'s bounds in bytes. */
export interface ReadAheadOptions {
  /** Below, nothing is read ahead. */
  readonly minimum: number;
  readonly maximum: number;
  /** What a stream may leave out. */
  readonly gap: number;
}

/**
 * Tells streams from reads here and there. As much as a stream has read in one go is worth having ahead, so that its
 * requests double; a read elsewhere is worth nothing ahead.
 */
export class ReadAhead {
  readonly #options: ReadAheadOptions;
  #streams: readonly Stream[] = [];

  constructor(options: ReadAheadOptions) {
    this.#options = options;
  }

  /** Notes a read; answers how many bytes behind it are worth having. */
  observe(offset: number, length: number): number {
    const { minimum, maximum, gap } = this.#options;
    const known = this.#streams.find(({ start, end }) => offset >= start && offset <= end + gap);
    const end = Math.max(offset + length, known?.end ?? 0);
    const stream = { origin: known?.origin ?? offset, start: offset, end };
    this.#streams = [stream, ...this.#streams.filter((other) => other !== known)].slice(0, MAXIMUM_STREAMS);
    if (known === undefined) return 0;
    const ahead = Math.min(end - stream.origin, maximum);
    return ahead < minimum ? 0 : ahead;
  }
}
