import type { Decompressor } from '../compression/codec.ts';
import type { ByteSource, ReadOptions } from '../io/byte-source.ts';
import type { FileEntry } from './readonly-file-system.ts';

/** A block in an image that has bytes of a file, of other files too perhaps. */
export interface StoredBlock {
  /** Where its bytes belong in the file. */
  readonly position: number;
  /** How many bytes of the file it has. */
  readonly length: number;
  /** Where it is stored, from the source's start. */
  readonly start: number;
  /** Bytes there. */
  readonly storedLength: number;
  readonly compressed: boolean;
  /** The most bytes that its content may have; that of a block which has nothing else has exactly `length`. */
  readonly maximumLength: number;
  /** Where in its content the bytes of the file begin. */
  readonly skip: number;
}

/**
 * How an image keeps the contents of its files: for those who have a faster way to read them than `readFile`, such as several
 * threads. They must find the same errors as it does, or leave them to it.
 */
export interface StoredContents {
  readonly source: ByteSource;
  readonly decompressor: Decompressor;
  /** The blocks of a regular file in order, a handful at a time. What none of them has is zeros. */
  blocks(file: FileEntry, options?: ReadOptions): AsyncIterable<readonly StoredBlock[]>;
  /** The same at once: of a file with few blocks, where all that tells of them is in memory; undefined otherwise. */
  blocksAtHand?(file: FileEntry): readonly StoredBlock[] | undefined;
}
