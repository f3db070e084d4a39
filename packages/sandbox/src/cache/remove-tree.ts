import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes a tree whose directories may be read-only. Symlinks are removed, not followed. Nothing there is no error. */
export async function removeTree(path: string): Promise<void> {
  await unlock(path);
  await rm(path, { recursive: true, force: true });
}

async function unlock(directory: string): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EACCES') return [];
    await chmod(directory, 0o700).catch(() => undefined);
    return await readdir(directory, { withFileTypes: true }).catch(() => []);
  });
  if (entries.length > 0) await chmod(directory, 0o700).catch(() => undefined);
  for (const entry of entries) {
    if (entry.isDirectory()) await unlock(join(directory, entry.name));
  }
}
