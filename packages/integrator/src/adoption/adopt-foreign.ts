import { existsSync } from 'node:fs';
import { isAppImageError } from '@appimage-js/format';
import { trashFile } from '../files/trash-file.ts';
import type { Manifest, ManifestImage } from '../manifest/manifest.ts';
import { readManifest } from '../manifest/manifest-file.ts';
import { addToOverride } from '../overrides/override-file.ts';
import { type Places, pathOf } from '../places/places.ts';
import { desktopIdOf, identityId } from '../plan/identity.ts';
import { type CacheReport, refreshCaches } from '../sync/refresh-caches.ts';
import { checkOwner, type SyncResult, syncAppImages } from '../sync/sync-appimages.ts';
import { type Adoption, type AdoptOptions, type NotAdopted, planAdoption } from './plan-adoption.ts';
import { takeOverFavorites } from './take-over-favorites.ts';
import type { UserChanges } from './user-changes.ts';

/** What was adopted, and what the sync for that did. */
export interface AdoptResult extends SyncResult {
  readonly adopted: readonly Adoption[];
  readonly notAdopted: readonly NotAdopted[];
  /** Desktop ids of foreign entries whose places among the favorites of GNOME are ours now. */
  readonly favorites: readonly string[];
  /** Absolute paths of what is in the trash now. */
  readonly trashed: readonly string[];
}

/** Scripts that write their entries again, and how that ends. */
const WRITERS = [
  ['appimage-sync', 'appimage-sync.timer writes its menu entries again, until it is taken out of the configuration'],
  ['appimage-run', 'A script of the configuration may write its menu entries again, until it is taken out'],
] as const;

/**
 * Makes the images that entries of other integrators show ours, and moves these entries with all that belongs to them to the trash, once
 * ours are there. What a person has changed of them becomes an override, unless there is one that says something about the same; the
 * user's defaults and favorites that named them name ours then. What was cut short is finished by the next one.
 *
 * @throws AppImageError as `syncAppImages`
 */
export async function adoptForeign(options: AdoptOptions): Promise<AdoptResult> {
  const { places } = options;
  await checkOwner(places);
  const { adoptions, notAdopted, sync, planned } = await planAdoption(options);
  const identities = new Map(planned.plan.images.map(({ path, identity }) => [path, identity]));
  const remarks: string[] = [];
  for (const { image, changes } of adoptions) {
    remarks.push(...(await noteChanges(places, identityId(identities.get(image) ?? ''), changes)));
  }
  const result = await syncAppImages(sync);
  const shown = new Map(result.images.map((image) => [image.path, image]));
  const adopted = adoptions.filter(({ image }) => isShown(places, shown.get(image)));
  const successors = new Map<string, string>();
  for (const { desktopId, image } of adopted) {
    const own = shown.get(image);
    if (own !== undefined) successors.set(desktopId, desktopIdOf(own));
  }
  const favorites = places.scope === 'user' ? await takeOverFavorites(successors) : [];
  const tools = new Set<string>(adopted.map(({ tool }) => tool));
  const doomed = adopted.flatMap(({ entry, files }) => [...files, entry]); // found again until all of it is done
  const { trashed, caches, ...trash } = await moveToTrash(places, doomed, options.trash);
  return {
    ...result,
    remarks: [
      ...remarks,
      ...result.remarks,
      ...trash.remarks,
      ...WRITERS.filter(([tool]) => tools.has(tool)).map(([, said]) => said),
    ],
    caches: [...result.caches, ...caches],
    adopted,
    notAdopted,
    favorites,
    trashed,
  };
}

/** Notes what a person has changed, beside what an override says already; where it can not be noted, that is told. */
async function noteChanges(places: Places, id: string, changes: UserChanges): Promise<string[]> {
  if (Object.keys(changes).length === 0) return [];
  try {
    await addToOverride(places, id, changes);
    return [];
  } catch (error) {
    if (isAppImageError(error) && error.code !== 'io') return [error.message];
    throw error;
  }
}

/** Whether our own entry is there: before that, nobody else's goes. */
function isShown(places: Places, image: ManifestImage | undefined): boolean {
  const entry = image?.files.find(({ path }) => path.startsWith('applications/'));
  return image?.leftAlone === null && entry !== undefined && existsSync(pathOf(places, entry));
}

/** Moves files of other integrators to the trash, but none of ours; what the trash does not take is told. */
export async function moveToTrash(
  places: Places,
  paths: readonly string[],
  trash: Places = places,
): Promise<{ readonly trashed: string[]; readonly remarks: string[]; readonly caches: CacheReport[] }> {
  const own = ownPaths(places, (await readManifest(places)).manifest);
  const trashed: string[] = [];
  const remarks: string[] = [];
  for (const path of new Set(paths)) {
    if (own.has(path)) continue;
    try {
      await trashFile(trash, path);
      trashed.push(path);
    } catch (error) {
      if (!isAppImageError(error)) throw error;
      remarks.push(error.message);
    }
  }
  return { trashed, remarks, caches: trashed.length === 0 ? [] : await refreshCaches(places, trashed) };
}

function ownPaths(places: Places, { images, shared }: Manifest): Set<string> {
  return new Set([...images.flatMap(({ files }) => files), ...shared].map((file) => pathOf(places, file)));
}
