import { type ByteSource, checkRange, type ReadOptions } from './byte-source.ts';

/** Options of {@link sequentialPieces}. */
export interface SequentialOptions extends ReadOptions {
  /** Bytes of a piece. Default 1 MiB. */
  readonly pieceLength?: number;
  /** Where to begin. Default 0. */
  readonly offset?: number;
  /** Bytes in all. Default: to the end. */
  readonly length?: number;
}

/** Pieces that are on their way while the caller works on one: with fewer, the caller waits, with more, it gains nothing. */
const AHEAD = 2;

/**
 * Reads a source from start to end in large pieces, the next two while the caller works on one. All pieces but the last
 * have `pieceLength` bytes; they may share memory with the source and must not be written to.
 *
 * @throws AppImageError `out-of-bounds` when the range leaves the source, `io` when reading fails
 */
export async function* sequentialPieces(
  source: ByteSource,
  { pieceLength = 1_048_576, offset = 0, length = source.size - offset, signal }: SequentialOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  checkRange(offset, length, source.size);
  const end = offset + length;
  const underWay: Promise<Uint8Array>[] = [];
  let at = offset;
  const readAhead = (): void => {
    for (; underWay.length < AHEAD && at < end; at += pieceLength) {
      const piece = source.read(at, Math.min(pieceLength, end - at), { signal });
      // Nobody waits for it yet, and nobody will when the caller leaves before: its failure must not count as unhandled.
      piece.catch(() => undefined);
      underWay.push(piece);
    }
  };
  readAhead();
  for (let next = underWay.shift(); next !== undefined; next = underWay.shift()) {
    const piece = await next;
    signal?.throwIfAborted();
    readAhead();
    yield piece;
  }
}
