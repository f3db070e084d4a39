import type { FileContent } from '@appimage-js/format';
import { REPLACEMENT } from './find-usr-paths.ts';

const BYTES = new TextEncoder().encode(REPLACEMENT);

/** A content with the replacement at some offsets; as long as before. */
export function patchedContent({ size, read }: FileContent, offsets: readonly number[]): FileContent {
  return {
    size,
    async *read(pieceLength, options) {
      let start = 0;
      let next = 0;
      for await (const piece of read(pieceLength, options)) {
        const end = start + piece.length;
        // The last one may reach into the next piece.
        let patched: Uint8Array | undefined;
        for (let index = next; index < offsets.length && (offsets[index] as number) < end; index++) {
          patched ??= piece.slice();
          write(patched, (offsets[index] as number) - start);
          if ((offsets[index] as number) + BYTES.length <= end) next = index + 1;
        }
        yield patched ?? piece;
        start = end;
      }
    },
  };
}

/** What of the replacement lies in the piece. */
function write(piece: Uint8Array, at: number): void {
  for (let index = Math.max(0, -at); index < BYTES.length && at + index < piece.length; index++) {
    piece[at + index] = BYTES[index] as number;
  }
}
