import type { ReadOptions } from '../io/byte-source.ts';
import type { StoredContents } from './stored-contents.ts';

/** Kinds of files, spelled out; each format has numbers of its own for them. */
export type FileType = 'file' | 'directory' | 'symlink' | 'block-device' | 'character-device' | 'fifo' | 'socket';

/** What `stat` tells of a file inside an image. */
export interface FileStat {
  readonly type: FileType;
  /** Permission bits with setuid, setgid and sticky: 0o0000 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970, UTC. */
  readonly mtime: number;
  /** Bytes of a regular file or of a symlink's target, else 0. */
  readonly size: number;
  /** Same number, same file: names that are hard links of each other share it. */
  readonly inode: number;
  /** How many names the file has. */
  readonly links: number;
  /** Only of device nodes. */
  readonly device?: { readonly major: number; readonly minor: number };
}

/** A file in the image, under one of its names. */
export interface FileEntry {
  /** Path from the root of the image, without a leading slash; the root itself is "". */
  readonly path: string;
  readonly stat: FileStat;
}

/** A range of a file's bytes; all of it by default. */
export interface FileRange extends ReadOptions {
  /** First byte. Default 0. */
  readonly start?: number;
  /** Byte after the last. Default: the end of the file. */
  readonly end?: number;
}

/** Options of {@link ReadonlyFileSystem.walk}. */
export interface WalkOptions extends ReadOptions {
  /** Where to begin. Default: the root. */
  readonly from?: string;
}

/**
 * The one interface through which every kind of image is read.
 *
 * Paths are relative to the image's root, with `/` between names; a leading slash is allowed. Names that are not UTF-8
 * are escaped as `decodeFileName` describes. No method follows a symlink in the last part of a path, and none in
 * between: whoever wants links resolved calls `resolvePath`.
 */
export interface ReadonlyFileSystem {
  /** Where the caller has an entry already, passing it instead of its path saves the look-up. */
  stat(file: string | FileEntry, options?: ReadOptions): Promise<FileStat>;
  /** The entries of a directory in the order in which they are stored. */
  readDirectory(file: string | FileEntry, options?: ReadOptions): Promise<FileEntry[]>;
  /** The target of a symlink, as it is stored. */
  readLink(file: string | FileEntry, options?: ReadOptions): Promise<string>;
  /** The bytes of a regular file, in pieces of the image's own block size. */
  readFile(file: string | FileEntry, range?: FileRange): AsyncIterable<Uint8Array>;
  /** Extended attributes by full name, such as "user.comment". */
  readXattrs(file: string | FileEntry, options?: ReadOptions): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Every entry below (and without) the starting directory: a directory first, then what is in it. */
  walk(options?: WalkOptions): AsyncIterable<FileEntry>;
  /** The same entries in the same order, a handful at a time; see `walkInRuns`. */
  walkRuns?(options?: WalkOptions): AsyncIterable<readonly FileEntry[]>;
  /** Where the contents are, in images that tell. */
  readonly stored?: StoredContents;
}
