import { AppImageError } from '../../errors.ts';
import { RecordWriter } from '../../io/record-writer.ts';

/** Inodes refer to users and groups by an index of 16 bits. */
const MAXIMUM_IDS = 65_535;

/** Collects the user and group ids that inodes refer to. */
export class IdTable {
  readonly #indices = new Map<number, number>();

  get count(): number {
    return this.#indices.size;
  }

  /** @throws AppImageError `limit` for the 65,536th id */
  indexOf(id: number): number {
    const known = this.#indices.get(id);
    if (known !== undefined) return known;
    const index = this.#indices.size;
    if (index >= MAXIMUM_IDS) {
      throw new AppImageError(
        'limit',
        `Cannot write SquashFS image: it holds ${MAXIMUM_IDS} different user and group ids`,
      );
    }
    this.#indices.set(id, index);
    return index;
  }

  /** The table's content: 32 bits an id. */
  serialize(): Uint8Array {
    const writer = new RecordWriter(this.#indices.size * 4);
    for (const id of this.#indices.keys()) writer.uint32(id);
    return writer.bytes;
  }
}
