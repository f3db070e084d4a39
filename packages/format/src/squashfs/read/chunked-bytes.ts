import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { GrowingBytes } from '../../io/growing-bytes.ts';
import { SharedCache } from '../../io/shared-cache.ts';

const CHUNK_SIZE = 16_384;
const CACHED_CHUNKS = 16;

/** Reads small pieces of a source together with their neighbours, and keeps what was read last. */
export class ChunkedBytes {
  readonly #source: ByteSource;
  readonly #chunks = new SharedCache<number, Uint8Array>(CACHED_CHUNKS);

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** A piece that is in memory; undefined where that has to be waited for. */
  peek(start: number, length: number): Uint8Array | undefined {
    const chunkStart = startOfChunk(start);
    const chunk = this.#chunks.peek(chunkStart);
    if (chunk === undefined) return undefined;
    const piece = chunk.subarray(start - chunkStart, start - chunkStart + length);
    if (piece.length === length) return piece;
    const rest = this.peek(chunkStart + CHUNK_SIZE, length - piece.length);
    if (rest === undefined) return undefined;
    const whole = new Uint8Array(length);
    whole.set(piece);
    whole.set(rest, piece.length);
    return whole;
  }

  /** A piece, which must lie within the source. */
  async read(start: number, length: number, { signal }: ReadOptions = {}): Promise<Uint8Array> {
    const collected = new GrowingBytes();
    while (collected.length < length) {
      const at = start + collected.length;
      const chunkStart = startOfChunk(at);
      const chunk = await this.#chunks.get(chunkStart, (shared) => this.#readChunk(chunkStart, shared), signal);
      collected.append(chunk.subarray(at - chunkStart, start + length - chunkStart));
    }
    return collected.first(length);
  }

  #readChunk(start: number, signal: AbortSignal): Promise<Uint8Array> {
    return this.#source.read(start, Math.min(CHUNK_SIZE, this.#source.size - start), { signal });
  }
}

function startOfChunk(offset: number): number {
  return offset - (offset % CHUNK_SIZE);
}
