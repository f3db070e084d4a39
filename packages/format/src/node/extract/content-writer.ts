import type { FileEntry } from '../../filesystem/readonly-file-system.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import type { ExtractionTally } from './extraction-limits.ts';

/** Permissions without setuid, setgid and sticky, which nobody should get from a file that came from elsewhere. */
export const PERMISSIONS = 0o777;

/** Writes regular files whose place in the tree is prepared, several at a time. */
export interface ContentWriter {
  /** Resolves when more may come; rejects with what went wrong since the last time, with this file or another. */
  write(entry: FileEntry): Promise<void>;
  /** Resolves when all files are there. */
  finish(): Promise<void>;
  /** Ends what is under way; nothing is written from then on. */
  close(): Promise<void>;
}

/** What a {@link ContentWriter} works with. */
export interface ContentWriterOptions extends ReadOptions {
  /** The directory that paths are relative to. */
  readonly root: string;
  readonly umask: number;
  readonly tally: ExtractionTally;
}
