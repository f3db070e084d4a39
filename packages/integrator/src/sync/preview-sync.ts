import { hashOf } from '../files/write-file.ts';
import { type Places, pathOf } from '../places/places.ts';
import { type AppliedSync, isOurs } from './apply-sync.ts';
import { fileKey, type SyncPlan } from './plan-sync.ts';

/** What would become of the files of a plan, as absolute paths. */
export type SyncPreview = Pick<AppliedSync, 'written' | 'removed' | 'kept'>;

/**
 * What `applySync` would do to the files now; nothing is written.
 *
 * @throws AppImageError `io` for files that can not be read
 */
export async function previewSync(places: Places, { writes, removals, known }: SyncPlan): Promise<SyncPreview> {
  const preview = { written: [] as string[], removed: [] as string[], kept: [] as string[] };
  for (const file of writes) {
    const path = pathOf(places, file);
    const found = await hashOf(path);
    if (found === file.sha256) continue;
    const isTaken = found !== 'absent' && !isOurs(file, found, known.get(fileKey(file)));
    preview[isTaken ? 'kept' : 'written'].push(path);
  }
  for (const file of removals) {
    const path = pathOf(places, file);
    const found = await hashOf(path);
    if (found !== 'absent') preview[isOurs(file, found, file.hashes) ? 'removed' : 'kept'].push(path);
  }
  return preview;
}
