import type { FileContent, FileEntry, ReadonlyFileSystem } from '@appimage-js/format';

/** The content of a file in an image, in pieces of whatever length is asked for; the image gives them as it has them. */
export function imageContent(files: ReadonlyFileSystem, entry: FileEntry): FileContent {
  return {
    size: entry.stat.size,
    read: (pieceLength, { signal } = {}) => inPieces(files.readFile(entry, { signal }), pieceLength),
  };
}

/** The same bytes in pieces of exactly that length, but for the last one. */
export async function* inPieces(
  source: AsyncIterable<Uint8Array>,
  length: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let piece: Uint8Array | undefined;
  let filled = 0;
  for await (const bytes of source) {
    for (let at = 0; at < bytes.length; ) {
      if (piece === undefined && bytes.length - at >= length) {
        yield bytes.subarray(at, at + length);
        at += length;
        continue;
      }
      piece ??= new Uint8Array(length);
      const count = Math.min(length - filled, bytes.length - at);
      piece.set(bytes.subarray(at, at + count), filled);
      filled += count;
      at += count;
      if (filled < length) continue;
      yield piece;
      piece = undefined;
      filled = 0;
    }
  }
  if (piece !== undefined) yield piece.subarray(0, filled);
}
