import { getSystemErrorMessage } from 'node:util';
import { AppImageError } from '../errors.ts';

/** Why the system refused, in words for those who know no error codes, and what to do where that is not obvious. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EBUSY', 'it is in use'],
  ['EEXIST', 'something of that name is there already'],
  ['EFBIG', 'a file may not become as large here; allow more (ulimit -f unlimited)'],
  ['EISDIR', 'it is a directory'],
  ['ELOOP', 'too many symlinks have to be followed'],
  ['EMFILE', 'too many files are open; allow more of them (ulimit -n)'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['ENOENT', 'there is no such file or directory'],
  ['ENOSPC', 'the disk is full; make room or choose another place'],
  ['ENOTDIR', 'a part of the path is no directory'],
  ['EPERM', 'the system does not permit it'],
  ['EROFS', 'the file system can only be read; choose another place'],
]);

/**
 * Makes an `AppImageError` with the code `io` of an error of the operating system. The message is the action, a colon, the reason
 * in words and the system's own code for it: "Cannot write out.img: the disk is full; make room or choose another place (ENOSPC)".
 */
export function ioError(action: string, path: string, cause: unknown): AppImageError {
  return new AppImageError('io', `${action}: ${systemReason(cause)}`, { path, cause });
}

/** Why the system refused, for the end of a message: in words, with the system's own code in brackets. */
export function systemReason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { code, errno, message }: NodeJS.ErrnoException = cause;
  if (code === undefined || errno === undefined) return message;
  return `${REASONS.get(code) ?? getSystemErrorMessage(errno) ?? message} (${code})`;
}
