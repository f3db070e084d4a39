import { open } from 'node:fs/promises';

/** Errors of systems and file systems on which folders can not be synced, or need not. */
const NOT_SYNCED = new Set(['EINVAL', 'EISDIR', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EACCES', 'EBADF']);

/** Makes sure that names that were added, changed or removed in a folder are on the disk, where the system has a way to do that. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    await using folder = await open(path, 'r');
    await folder.sync();
  } catch (error) {
    if (!NOT_SYNCED.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
