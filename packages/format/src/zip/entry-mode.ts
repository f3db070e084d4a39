import type { FileType } from '../filesystem/readonly-file-system.ts';
import type { CentralHeader } from './central-header.ts';

/** Systems, by the upper byte of `version made by`, that write Unix modes: Unix and OS X. */
const UNIX_SYSTEMS: readonly number[] = [3, 19];

/** Bits of MS-DOS attributes, which are in the lower byte on every system. */
const DOS_READ_ONLY = 0x01;
const DOS_DIRECTORY = 0x10;

/** Kinds of files by the upper four bits of a Unix mode. */
const TYPES: ReadonlyMap<number, FileType> = new Map([
  [0o01, 'fifo'],
  [0o02, 'character-device'],
  [0o04, 'directory'],
  [0o06, 'block-device'],
  [0o10, 'file'],
  [0o12, 'symlink'],
  [0o14, 'socket'],
]);

/** What kind of file an entry is, and who may do what with it. */
export interface EntryMode {
  readonly type: FileType;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
}

/**
 * Kind and permissions of an entry. Where the archive has no Unix mode, files get 0644, or 0444 if they are marked
 * read-only, and directories 0755. A name that ends in a separator is a directory, whatever the attributes say; what has a
 * content is a file, though it may have come out of a FIFO.
 */
export function entryMode(header: CentralHeader, nameIsDirectory: boolean): EntryMode {
  const attributes = header.externalAttributes;
  const unixMode = UNIX_SYSTEMS.includes(header.versionMadeBy >>> 8) ? attributes >>> 16 : 0;
  const unixType = TYPES.get(unixMode >>> 12);
  const isDirectory =
    nameIsDirectory || unixType === 'directory' || (unixType === undefined && (attributes & DOS_DIRECTORY) !== 0);
  const hasContent = header.uncompressedSize > 0 && unixType !== 'symlink';
  const type = isDirectory ? 'directory' : hasContent ? 'file' : (unixType ?? 'file');
  if (unixMode !== 0) return { type, mode: unixMode & 0o7777 };
  if (isDirectory) return { type, mode: 0o755 };
  return { type, mode: (attributes & DOS_READ_ONLY) === 0 ? 0o644 : 0o444 };
}
