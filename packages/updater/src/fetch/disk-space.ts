import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppImageError } from '@appimage-js/format';

/** Bytes that may still be written to the file system of a path; undefined where nobody can say. */
export async function freeSpace(path: string): Promise<number | undefined> {
  const found = await statfs(dirname(path)).catch(() => undefined);
  return found === undefined || found.bsize * found.blocks === 0 ? undefined : found.bavail * found.bsize;
}

/**
 * Refuses at the beginning what would fail at the end.
 *
 * @throws AppImageError `io` when there is less room than the file needs beyond what it has
 */
export async function checkDiskSpace(path: string, size: number): Promise<void> {
  const free = await freeSpace(path);
  if (free === undefined) return;
  const there = await stat(path).catch(() => undefined);
  const needed = size - Math.min(size, (there?.blocks ?? 0) * 512);
  if (needed <= free) return;
  throw new AppImageError(
    'io',
    `Cannot fetch ${path}: the disk must have ${needed} bytes free, found ${free} bytes; make room or choose another place`,
    { path },
  );
}
