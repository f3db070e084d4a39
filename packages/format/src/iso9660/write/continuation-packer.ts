import { lengthOf } from '../../io/concat-bytes.ts';
import {
  CONTINUATION_ENTRY_SIZE,
  type ContinuationArea,
  serializeContinuationArea,
} from '../system-use/continuation-area.ts';
import { SECTOR_SIZE } from '../volume-descriptor.ts';

/** Packs entries that their records have no room for into sectors; no area crosses a sector, which Linux would not accept. */
export class ContinuationPacker {
  readonly #start: number;
  readonly #pieces: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  #length = 0;

  /** `start` is the sector where the first area goes. */
  constructor(start: number) {
    this.#start = start;
  }

  /** Sectors in use. */
  get sectors(): number {
    return Math.ceil(this.#length / SECTOR_SIZE);
  }

  /** Packs the entries of one record and tells where they begin. */
  add(entries: readonly Uint8Array[]): ContinuationArea {
    const groups = groupEntries(entries);
    const [first] = groups.map((group, index) => {
      const last = index === groups.length - 1;
      const length = lengthOf(group) + (last ? 0 : CONTINUATION_ENTRY_SIZE);
      // All but the last group fill their sector, so that the next one begins where its predecessor says.
      const at = this.#reserve(length, groups.length > 1);
      for (const bytes of group) this.#put(bytes);
      if (!last) {
        const block = this.#start + Math.floor(at / SECTOR_SIZE) + 1;
        const next = groups[index + 1] as readonly Uint8Array[];
        const follows = index + 1 < groups.length - 1 ? CONTINUATION_ENTRY_SIZE : 0;
        this.#put(serializeContinuationArea({ block, offset: 0, length: lengthOf(next) + follows }));
      }
      return { block: this.#start + Math.floor(at / SECTOR_SIZE), offset: at % SECTOR_SIZE, length };
    });
    return first as ContinuationArea;
  }

  /** Writes all areas into the bytes of the sectors. */
  copyTo(target: Uint8Array): void {
    for (const { at, bytes } of this.#pieces) target.set(bytes, at);
  }

  #reserve(length: number, freshSector: boolean): number {
    const used = this.#length % SECTOR_SIZE;
    if (used > 0 && (freshSector || used + length > SECTOR_SIZE)) this.#length += SECTOR_SIZE - used;
    return this.#length;
  }

  #put(bytes: Uint8Array): void {
    this.#pieces.push({ at: this.#length, bytes });
    this.#length += bytes.length;
  }
}

/** Cuts a list of entries so that each part fits into a sector with an entry that points to the next one. */
function groupEntries(entries: readonly Uint8Array[]): Uint8Array[][] {
  if (lengthOf(entries) <= SECTOR_SIZE) return [[...entries]];
  const groups: Uint8Array[][] = [];
  let group: Uint8Array[] = [];
  for (const entry of entries) {
    if (lengthOf(group) + entry.length + CONTINUATION_ENTRY_SIZE > SECTOR_SIZE) {
      groups.push(group);
      group = [];
    }
    group.push(entry);
  }
  return [...groups, group];
}
