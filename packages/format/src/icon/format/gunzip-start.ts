import { concatBytes } from '../../io/concat-bytes.ts';

/** What is given to the decompressor at a time: some hand out all that comes of it at once, a thousand times as much. */
const PIECE_LENGTH = 4096;

/**
 * Decompresses the beginning of gzip data, of which `bytes` may be no more than the beginning themselves: as much as can be
 * had, at least `length` bytes where there are so many. Damage ends the result.
 */
export async function gunzipStart(bytes: Uint8Array, length: number): Promise<Uint8Array> {
  const stream = new DecompressionStream('gzip');
  const writer = stream.writable.getWriter();
  const writing = feed(writer, bytes);
  const reader: ReadableStreamDefaultReader<Uint8Array> = stream.readable.getReader();
  const pieces: Uint8Array[] = [];
  let total = 0;
  try {
    while (total < length) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
      total += value.length;
    }
  } catch {
    // What came before is what there is.
  }
  await Promise.allSettled([reader.cancel(), writer.abort(), writing]);
  return concatBytes(pieces);
}

/** Ends quietly when the reader has enough or the data is damaged, which the reader sees. */
async function feed(writer: WritableStreamDefaultWriter, bytes: Uint8Array): Promise<void> {
  writer.closed.catch(() => undefined);
  try {
    for (let offset = 0; offset < bytes.length; offset += PIECE_LENGTH) {
      await writer.ready;
      await writer.write(bytes.slice(offset, offset + PIECE_LENGTH));
    }
    await writer.close();
  } catch {
    // The reader has noticed.
  }
}
