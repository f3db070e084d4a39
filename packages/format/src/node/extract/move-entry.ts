import { chmod, link, lstat, lutimes, mkdir, readlink, rename, rmdir, symlink, unlink } from 'node:fs/promises';
import { AppImageError } from '../../errors.ts';
import { decodeFileName } from '../../io/file-name.ts';

/** What file systems without hard links say when they are asked for one. */
const NO_HARD_LINKS: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL']);

/**
 * Moves a file, symlink or directory to a name in the same file system that nothing has yet. Renaming alone would replace what
 * somebody else has put there meanwhile.
 *
 * @throws the system's error, EEXIST where the name is taken; AppImageError `io` for the same where the system can not tell
 */
export async function moveEntry(from: Buffer, to: Buffer): Promise<void> {
  const stat = await lstat(from);
  if (stat.isDirectory()) return moveDirectory(from, to, stat.mode & 0o7777);
  if (stat.isSymbolicLink()) return moveSymlink(from, to, stat.mtime);
  try {
    await link(from, to);
  } catch (error) {
    if (!NO_HARD_LINKS.has((error as NodeJS.ErrnoException).code)) throw error;
    await expectNothing(to);
    return rename(from, to);
  }
  await unlink(from);
}

/** An empty directory is made at the place first: what is renamed then can replace that, and nothing that is not empty. */
async function moveDirectory(from: Buffer, to: Buffer, mode: number): Promise<void> {
  const replacesEmpty = process.platform !== 'win32';
  if (replacesEmpty) await mkdir(to, 0o700);
  // Moving a directory rewrites its "..", for which it must be writable; it is as it was afterwards.
  const isReadOnly = (mode & 0o200) === 0;
  try {
    if (isReadOnly) await chmod(from, mode | 0o200);
    await rename(from, to);
    if (isReadOnly) await chmod(to, mode);
  } catch (error) {
    if (replacesEmpty) await rmdir(to).catch(() => undefined); // somebody may have put something into it
    throw error;
  }
}

/** Not every system makes a hard link of a symlink. */
async function moveSymlink(from: Buffer, to: Buffer, mtime: Date): Promise<void> {
  await symlink(await readlink(from, 'buffer'), to);
  await lutimes(to, mtime, mtime);
  await unlink(from);
}

/** As near to "only if nothing is there" as a file system without hard links lets one come. */
async function expectNothing(place: Buffer): Promise<void> {
  const found = await lstat(place).catch(() => undefined);
  if (found === undefined) return;
  const path = decodeFileName(place);
  throw new AppImageError('io', `Cannot extract to ${path}: something of that name is there already`, { path });
}
