import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import type { FileContent } from '../../../src/filesystem/input-tree.ts';
import type { ByteSink } from '../../../src/io/byte-sink.ts';
import { isAllZeros } from '../../../src/io/is-all-zeros.ts';

/** Zeros with a few bytes among them; one piece at a time is all that is ever in memory. */
export function sparseContent(size: number, marks: ReadonlyMap<number, string>): FileContent {
  return {
    size,
    async *read(pieceLength) {
      const zeros = new Uint8Array(pieceLength);
      for (let offset = 0; offset < size; offset += pieceLength) {
        const length = Math.min(pieceLength, size - offset);
        const inside = [...marks].filter(([place]) => place >= offset && place < offset + length);
        if (inside.length === 0) {
          yield zeros.subarray(0, length);
          continue;
        }
        const piece = new Uint8Array(length);
        for (const [place, text] of inside) piece.set(Buffer.from(text), place - offset);
        yield piece;
      }
    },
  };
}

/** A sink into a file that leaves holes where zeros are written. */
export function sparseFileSink(path: string): ByteSink {
  const descriptor = openSync(path, 'w');
  onTestFinished(() => closeSync(descriptor));
  let size = 0;
  return {
    async write(offset, bytes) {
      if (offset + bytes.length > size) {
        size = offset + bytes.length;
        ftruncateSync(descriptor, size);
      }
      if (!isAllZeros(bytes)) writeSync(descriptor, bytes, 0, bytes.length, offset);
    },
  };
}
