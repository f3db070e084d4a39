import { access, constants, open, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import { type FileFacts, type FileOperations, nodeOperations } from './file-operations.ts';

/** A file that is to be replaced. */
export interface ReplacementTarget {
  /** Without symlinks: where one leads to the file, the file is replaced and the link stays. */
  readonly path: string;
  readonly folder: string;
  readonly name: string;
  readonly facts: FileFacts;
}

/** Options of {@link findTarget}. */
export interface FindTargetOptions {
  /** For messages. Default `update`. */
  readonly action?: 'update' | 'roll back';
  /** Only look for the file. Default false. */
  readonly forReading?: boolean;
  readonly operations?: FileOperations;
}

/**
 * Finds the file that a path leads to, and what would keep it from being replaced, before anything is fetched for that.
 *
 * @throws AppImageError `io` when there is no such file, `not-permitted` when its folder can not be written to, or when the file belongs
 *   to somebody else, or is immutable
 */
export async function findTarget(
  path: string,
  { action = 'update', forReading = false, operations = nodeOperations }: FindTargetOptions = {},
): Promise<ReplacementTarget> {
  const failed = (cause: unknown): never => {
    throw ioError(`Cannot ${action} ${path}`, path, cause);
  };
  const real = await realpath(path).catch(failed);
  const facts = await operations.status(real).catch(failed);
  if (!facts?.isFile) throw new AppImageError('io', `Cannot ${action} ${path}: expected a file`, { path });
  const target = { path: real, folder: dirname(real), name: basename(real), facts };
  if (forReading) return target;
  await checkFolder(target, action);
  await checkFile(target, action);
  return target;
}

async function checkFolder({ folder, path, facts }: ReplacementTarget, action: string): Promise<void> {
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw new AppImageError('not-permitted', `Cannot ${action} ${path}: its folder ${folder} can not be written to`, {
      path,
      cause,
    });
  });
  const user = process.geteuid?.();
  if (user === undefined || user === 0) return;
  // A new file would belong to the user, and whoever trusted the owner of the old one would run it. In sticky folders, the system forbids
  // it anyway.
  if (facts.uid !== user) {
    throw notPermitted(
      path,
      action,
      `it belongs to the user with the number ${facts.uid}; update it as that user, or as root`,
    );
  }
}

/** An immutable file can not even be opened for writing; one that is running, or read-only, can be replaced all the same. */
async function checkFile({ path }: ReplacementTarget, action: string): Promise<void> {
  try {
    await using _file = await open(path, 'r+');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EPERM') throw notPermitted(path, action, 'it is immutable; "chattr -i" makes it changeable');
    if (code === 'EROFS') throw ioError(`Cannot ${action} ${path}`, path, error);
  }
}

function notPermitted(path: string, action: string, reason: string): AppImageError {
  return new AppImageError('not-permitted', `Cannot ${action} ${path}: ${reason}`, { path });
}

/** The place beside a file where its next version is put together. It is the same in every attempt, so that one goes on where another ended. */
export function partPath({ folder, name }: Pick<ReplacementTarget, 'folder' | 'name'>): string {
  return join(folder, `.${name}.part`);
}
