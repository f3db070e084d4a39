import type { ImageLimits } from '../../filesystem/image-limits.ts';
import { ListedFileSystem } from '../../filesystem/listed-file-system.ts';
import type { ListedNode } from '../../filesystem/listed-tree.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { decodeFileName } from '../../io/file-name.ts';
import { readContent, readTarget } from './entry-content.ts';
import type { ZipEntry } from './read-entries.ts';

/** The opened parts of an archive. */
export interface ZipParts {
  readonly source: ByteSource;
  readonly root: ListedNode<ZipEntry>;
  readonly limits: Required<ImageLimits>;
  readonly entryCount: number;
  readonly comment: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/**
 * An open ZIP archive; made by `openZip`. Its list of entries is in memory, contents are read when they are asked for: what is
 * deflated from its start, in pieces of a size that is not to be relied upon. Symlinks have targets of up to 4,095 bytes;
 * extended attributes are not kept by the format.
 */
export class ZipArchive extends ListedFileSystem<ZipEntry> {
  /** Entries of the central directory, those of the same name included. */
  readonly entryCount: number;
  /** The archive's comment as it is stored; its encoding is not told. */
  readonly comment: Uint8Array;
  /** First byte in the source that belongs to the archive: what is before it was there before the archive was appended. */
  readonly start: number;
  /** Byte after the last that belongs to the archive. */
  readonly end: number;

  constructor({ source, root, limits, entryCount, comment, start, end }: ZipParts) {
    super({
      root,
      limits,
      contents: {
        readFile: (entry, range) => readContent(source, entry, range),
        readLink: async (entry, options) => decodeFileName(await readTarget(source, entry, options)),
      },
    });
    this.entryCount = entryCount;
    this.comment = comment;
    this.start = start;
    this.end = end;
  }
}
