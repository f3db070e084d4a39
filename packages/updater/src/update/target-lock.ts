import { stat } from 'node:fs/promises';
import { AppImageError, isAppImageError } from '@appimage-js/format';
import type { ReplacementTarget } from '../replace/replacement-target.ts';
import { acquireLock } from '../state/lock.ts';

/**
 * Keeps others from updating the same file, whichever of its folder's names they use.
 *
 * @throws AppImageError `not-permitted` when somebody else does
 */
export async function lockTarget(
  file: string,
  { folder, name }: Pick<ReplacementTarget, 'folder' | 'name'>,
  signal?: AbortSignal | undefined,
): Promise<AsyncDisposable> {
  const { dev, ino } = await stat(folder);
  return await acquireLock(`file:${dev}:${ino}:${name}`, { purpose: 'update', signal }).catch((cause: unknown) => {
    if (!isAppImageError(cause) || cause.code !== 'not-permitted') throw cause;
    const message = `Cannot update ${file}: another update of it is under way`;
    throw new AppImageError('not-permitted', message, { path: file, cause });
  });
}
