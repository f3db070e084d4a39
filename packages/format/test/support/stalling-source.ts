import { type ByteSource, bufferSource, type ReadOptions } from '../../src/io/byte-source.ts';

/** A source that stops to answer when it is told to, but for those who give up. */
export class StallingSource implements ByteSource {
  readonly size: number;
  readonly #source: ByteSource;
  /** Reads that are answered before it stalls. */
  patience = Number.POSITIVE_INFINITY;
  reads = 0;
  /** Reads that it has not answered. */
  readonly stalled: { readonly signal: AbortSignal | undefined }[] = [];

  constructor(bytes: Uint8Array) {
    this.#source = bufferSource(bytes);
    this.size = bytes.length;
  }

  async read(offset: number, length: number, options: ReadOptions = {}): Promise<Uint8Array> {
    this.reads += 1;
    this.patience -= 1;
    if (this.patience >= 0) return this.#source.read(offset, length, options);
    const { signal } = options;
    this.stalled.push({ signal });
    return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  }
}
