/** How far the writer of an image has come. */
export interface WriteProgress {
  /** Bytes of file contents read so far. */
  readonly bytesRead: number;
  /** Bytes of file contents in the whole tree, hard links counted once. */
  readonly totalBytes: number;
}
