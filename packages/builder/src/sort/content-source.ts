import { type ByteSource, bufferSource, type FileContent, type ReadOptions } from '@appimage-js/format';

/** Up to this many bytes are kept, of larger files none. */
const KEPT = 16 * 1024 * 1024;
const PIECE = 131_072;

/** A content that can only be read from its start to its end, for the few places of a program that a look at it takes. */
export async function contentSource(content: FileContent, options: ReadOptions): Promise<ByteSource> {
  if (content.size <= KEPT) return bufferSource(await readRange(content, 0, content.size, options));
  const { size } = content;
  return {
    size,
    read: (offset, length, readOptions = options) => {
      if (offset < 0 || length < 0 || offset + length > size) {
        throw new RangeError(`Cannot read content: range must be within ${size} bytes, found ${length} at ${offset}`);
      }
      return readRange(content, offset, length, readOptions);
    },
  };
}

async function readRange(
  content: FileContent,
  offset: number,
  length: number,
  { signal }: ReadOptions,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  if (length === 0) return bytes;
  let position = 0;
  for await (const piece of content.read(PIECE, { signal })) {
    const from = Math.max(offset - position, 0);
    if (from < piece.length) {
      const part = piece.subarray(from, Math.max(from, offset + length - position));
      bytes.set(part, position + from - offset);
    }
    position += piece.length;
    if (position >= offset + length) break;
  }
  return bytes;
}
