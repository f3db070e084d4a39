import { AppImageError, isAppImageError } from '../../errors.ts';

/** An engine may give back at once all that it was handed; this much becomes 32 MiB at worst. */
const PIECE_IN = 32_768;

/** Pieces as they are handed on; those of the engines are smaller. */
const PIECE_OUT = 131_072;

/** Bytes on their way into the engine. */
interface Feeding {
  /** Why the pieces could not be read; undefined as long as they could. */
  failure: { readonly error: unknown } | undefined;
  ended: Promise<void>;
}

/**
 * Decompresses a raw Deflate stream (RFC 1951) by what the engine brings along, reading no further ahead than the consumer
 * takes.
 *
 * @param maximumLength the most bytes that may come out
 * @throws AppImageError `malformed` when the stream is corrupt, cut off, goes on behind its end or becomes longer than
 *   `maximumLength`; whatever reading `pieces` throws
 */
export async function* inflateRaw(
  pieces: AsyncIterable<Uint8Array>,
  maximumLength: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { readable, writable } = new DecompressionStream('deflate-raw');
  const feeding = feed(pieces, writable.getWriter());
  const reader: ReadableStreamDefaultReader<Uint8Array> = readable.getReader();
  let buffer = new Uint8Array(Math.min(PIECE_OUT, maximumLength));
  let filled = 0;
  let length = 0;
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > maximumLength) throw damaged(`must have at most ${maximumLength} bytes, found more`);
      for (let taken = 0; taken < value.length; ) {
        const part = value.subarray(taken, taken + buffer.length - filled);
        buffer.set(part, filled);
        taken += part.length;
        filled += part.length;
        if (filled < buffer.length) continue;
        yield buffer;
        buffer = new Uint8Array(Math.min(PIECE_OUT, maximumLength));
        filled = 0;
      }
    }
    if (filled > 0) yield buffer.subarray(0, filled);
  } catch (error) {
    if (feeding.failure !== undefined) throw feeding.failure.error;
    throw isAppImageError(error) ? error : damaged('is damaged or incomplete', error);
  } finally {
    await reader.cancel().catch(() => undefined);
    await feeding.ended;
  }
}

/** Hands over all pieces, and remembers when they could not be read; that the engine wants no more is seen by its reader. */
function feed(pieces: AsyncIterable<Uint8Array>, writer: WritableStreamDefaultWriter): Feeding {
  const feeding: Feeding = { failure: undefined, ended: Promise.resolve() };
  const write = async () => {
    for await (const slice of slices(pieces, feeding)) await writer.write(slice);
    await writer.close();
  };
  feeding.ended = write().catch((error: unknown) => writer.abort(error).catch(() => undefined));
  return feeding;
}

async function* slices(pieces: AsyncIterable<Uint8Array>, feeding: Feeding) {
  try {
    for await (const piece of pieces) {
      for (let at = 0; at < piece.length; at += PIECE_IN) yield piece.subarray(at, at + PIECE_IN);
    }
  } catch (error) {
    feeding.failure = { error };
    throw error;
  }
}

function damaged(reason: string, cause?: unknown): AppImageError {
  return new AppImageError('malformed', `Cannot decompress Deflate stream: it ${reason}`, { cause });
}
