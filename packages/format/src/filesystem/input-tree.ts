import type { ReadOptions } from '../io/byte-source.ts';

/** What every file that is to be written has. */
export interface InputBase {
  /** Permission bits with setuid, setgid and sticky: 0o0000 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Whole seconds since 1970, UTC, 0 to 2^32 - 1. */
  readonly mtime: number;
  /** Extended attributes by full name ("user.comment"); none by default. */
  readonly xattrs?: ReadonlyMap<string, Uint8Array>;
}

/** A regular file. The same object under two names becomes a hard link. */
export interface InputFile extends InputBase {
  readonly type: 'file';
  readonly content: FileContent;
}

/** Options of {@link FileContent.read}. */
export interface ContentReadOptions extends ReadOptions {
  /**
   * Each piece is copied before another one is asked for, of this file or of any: pieces may lie in memory that is used again. Default
   * false: a piece stays as it is after it was handed out.
   */
  readonly copied?: boolean;
}

/** The bytes of a file, opened when the writer needs them and read once from start to end (twice, where that saves space). */
export interface FileContent {
  /** Exact length in bytes; what `read` delivers is checked against it. */
  readonly size: number;
  /**
   * The bytes in order, in pieces of exactly `pieceLength` but for the last. A piece may share memory with its source but
   * must stay unchanged after it was handed out, unless `copied` says otherwise.
   *
   * @throws AppImageError `io` when reading fails or the file turns out to have changed
   */
  read(pieceLength: number, options?: ContentReadOptions): AsyncIterable<Uint8Array>;
}

/** A directory with its entries by name; the writer sorts them. */
export interface InputDirectory extends InputBase {
  readonly type: 'directory';
  readonly entries: ReadonlyMap<string, InputNode>;
}

/** A symlink; its target is stored as it is and need not be there. */
export interface InputSymlink extends InputBase {
  readonly type: 'symlink';
  readonly target: string;
}

/** A device node: major numbers up to 4,095, minor numbers up to 2^20 - 1. */
export interface InputDevice extends InputBase {
  readonly type: 'block-device' | 'character-device';
  readonly device: { readonly major: number; readonly minor: number };
}

/** A FIFO or socket, of which there is nothing but the name. */
export interface InputIpc extends InputBase {
  readonly type: 'fifo' | 'socket';
}

/** A file system tree that is to be written into an image; names as `decodeFileName` makes them. */
export type InputNode = InputFile | InputDirectory | InputSymlink | InputDevice | InputIpc;

/** File content that is in memory already. */
export function bytesContent(bytes: Uint8Array): FileContent {
  return {
    size: bytes.length,
    async *read(pieceLength, { signal } = {}) {
      for (let offset = 0; offset < bytes.length; offset += pieceLength) {
        signal?.throwIfAborted();
        yield bytes.subarray(offset, offset + pieceLength);
      }
    },
  };
}
