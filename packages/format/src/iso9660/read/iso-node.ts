import type { FileStat } from '../../filesystem/readonly-file-system.ts';
import type { ZisofsEntry } from '../system-use/zisofs-entry.ts';

/** A stretch of the image that belongs to a file. */
export interface Extent {
  /** Bytes from the image's start. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

/** What is known of a file once the directory that has it was read. */
export interface IsoNode {
  readonly name: string;
  readonly stat: FileStat;
  /** Where its bytes are stored, one stretch after the other. */
  readonly extents: readonly Extent[];
  /** How they are compressed, if they are. */
  readonly zisofs: ZisofsEntry | undefined;
  /** What keeps its bytes from being read: "its data is interleaved". */
  readonly obstacle: string | undefined;
  /** Only of symlinks, and only where it can be read. */
  readonly target: Uint8Array | undefined;
  /** Where its record is that has extended attributes; `undefined` where it has none. */
  readonly attributedRecord: Extent | undefined;
}

/** The entries of a directory. */
export interface Listing {
  readonly nodes: readonly IsoNode[];
  /** The first of them where there are several of one name. */
  readonly byName: ReadonlyMap<string, IsoNode>;
}
