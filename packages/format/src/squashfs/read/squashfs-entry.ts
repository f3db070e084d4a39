import type { FileEntry, FileStat } from '../../filesystem/readonly-file-system.ts';
import type { MetadataPlace } from './metadata-reader.ts';

/** What an entry remembers beside what everybody may see. */
interface EntryOrigin {
  /** The image that it is of. */
  readonly image: object;
  /** Where its inode is. */
  readonly place: MetadataPlace;
  readonly xattrIndex: number;
}

/** A file that knows where its inode is, so that no name has to be looked up again. The inode itself may be large. */
export class SquashfsEntry implements FileEntry {
  readonly path: string;
  readonly stat: FileStat;
  readonly #image: object;
  readonly #place: MetadataPlace;
  readonly #xattrIndex: number;

  constructor(path: string, stat: FileStat, { image, place, xattrIndex }: EntryOrigin) {
    this.path = path;
    this.stat = stat;
    this.#image = image;
    this.#place = place;
    this.#xattrIndex = xattrIndex;
  }

  get place(): MetadataPlace {
    return this.#place;
  }

  get xattrIndex(): number {
    return this.#xattrIndex;
  }

  isOf(image: object): boolean {
    return this.#image === image;
  }
}
