import { damaged } from '../../filesystem/damage.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { concatBytes } from '../../io/concat-bytes.ts';
import type { Extent } from './iso-node.ts';

/** The bytes of a file as they are stored, whatever they are and however many stretches of the image they fill. */
export class StoredFile {
  readonly #source: ByteSource;
  readonly #extents: readonly Extent[];
  /** Bytes. */
  readonly length: number;

  constructor(source: ByteSource, extents: readonly Extent[]) {
    this.#source = source;
    this.#extents = extents;
    this.length = extents.reduce((sum, { length }) => sum + length, 0);
  }

  /** Where in the image the byte at `position` is stored. */
  offsetOf(position: number): number {
    return this.#parts(position, 1)[0]?.offset ?? 0;
  }

  /**
   * The bytes from `position` on, which must lie within the file.
   *
   * @throws AppImageError `out-of-bounds` when they lie beyond the end of the image
   */
  async read(position: number, length: number, options: ReadOptions): Promise<Uint8Array> {
    const parts = this.#parts(position, length);
    for (const part of parts) {
      if (part.offset + part.length <= this.#source.size) continue;
      const reason = `it must end within ${this.#source.size} bytes, found ${part.length} bytes (is it truncated?)`;
      throw damaged('out-of-bounds', reason, { what: 'file data', offset: part.offset });
    }
    const pieces = await Promise.all(parts.map((part) => this.#source.read(part.offset, part.length, options)));
    const [first] = pieces;
    if (first !== undefined && pieces.length === 1) return first;
    return concatBytes(pieces, length);
  }

  #parts(position: number, length: number): Extent[] {
    const parts: Extent[] = [];
    let skip = position;
    let left = length;
    for (const extent of this.#extents) {
      if (left === 0) break;
      if (skip >= extent.length) {
        skip -= extent.length;
        continue;
      }
      const part = { offset: extent.offset + skip, length: Math.min(left, extent.length - skip) };
      parts.push(part);
      left -= part.length;
      skip = 0;
    }
    return parts;
  }
}
