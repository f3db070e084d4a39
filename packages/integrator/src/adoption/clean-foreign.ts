import type { ReadOptions } from '@appimage-js/format';
import { findForeign } from '../foreign/find-foreign.ts';
import type { Places } from '../places/places.ts';
import type { CacheReport } from '../sync/refresh-caches.ts';
import { checkOwner } from '../sync/sync-appimages.ts';
import { moveToTrash } from './adopt-foreign.ts';

/** What became of leftovers. */
export interface CleanResult {
  /** Absolute paths of what is in the trash now. */
  readonly trashed: readonly string[];
  readonly remarks: readonly string[];
  readonly caches: readonly CacheReport[];
}

/**
 * What is left of images that are gone: the menu entries that other integrators wrote for them, their icons, packages of file types and
 * thumbnails, and those without an entry, as absolute paths. Images on media that are not there are not gone.
 */
export async function planCleaning(places: Places, options: ReadOptions = {}): Promise<string[]> {
  const { entries, leftovers } = await findForeign(places, options);
  const gone = entries.filter(({ state, isChangeable }) => state === 'gone' && isChangeable);
  const live = new Set(entries.filter((entry) => !gone.includes(entry)).flatMap(({ files }) => files));
  const doomed = [...gone.flatMap(({ path, files }) => [...files, path]), ...leftovers];
  return [...new Set(doomed)].filter((path) => !live.has(path));
}

/**
 * Moves what {@link planCleaning} lists to the trash, and brings the desktop's caches up to date.
 *
 * @throws AppImageError `not-permitted` where the folders are another user's
 * @param options with whose trash the files come into; default: that of `places`
 */
export async function cleanForeign(
  places: Places,
  { trash = places, ...options }: ReadOptions & { readonly trash?: Places } = {},
): Promise<CleanResult> {
  await checkOwner(places);
  return moveToTrash(places, await planCleaning(places, options), trash);
}
