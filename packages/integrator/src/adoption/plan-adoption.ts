import { isAppImageError } from '@appimage-js/format';
import { sha256OfFile } from '../files/hash.ts';
import { filesOfEntry, listForeignFiles } from '../foreign/belonging-files.ts';
import { type FoundEntry, findEntries } from '../foreign/find-entries.ts';
import type { ForeignTool } from '../foreign/foreign-entry.ts';
import { inspectImage } from '../inspect/inspect-image.ts';
import type { InstallRecord } from '../manifest/manifest.ts';
import { readManifest } from '../manifest/manifest-file.ts';
import type { Places } from '../places/places.ts';
import { readSettings } from '../places/settings.ts';
import { scanFolders } from '../sync/scan-folders.ts';
import { type PlannedSync, planAppImages, type SyncOptions } from '../sync/sync-appimages.ts';
import { type UserChanges, userChanges } from './user-changes.ts';

/** Options of {@link planAdoption} and `adoptForeign`. */
export interface AdoptOptions extends Omit<SyncOptions, 'installed' | 'takenOver'> {
  /** Whose trash the files come into. Default: that of `places`. */
  readonly trash?: Places;
}

/** An entry of another integrator that becomes ours. */
export interface Adoption {
  readonly tool: ForeignTool;
  /** The menu entry that goes, and what was written with it, as absolute paths. */
  readonly entry: string;
  readonly files: readonly string[];
  readonly desktopId: string;
  readonly image: string;
  /** What a person has made of the entry, which becomes an override. */
  readonly changes: UserChanges;
}

/** An entry that can not become ours. */
export interface NotAdopted {
  readonly entry: string;
  readonly image: string | null;
  /** In words. */
  readonly reason: string;
}

/** What an adoption would do. */
export interface PlannedAdoption {
  readonly adoptions: readonly Adoption[];
  readonly notAdopted: readonly NotAdopted[];
  /** The sync that shows the images as ours. */
  readonly sync: SyncOptions;
  readonly planned: PlannedSync;
}

/**
 * Plans that the images which entries of other integrators show become ours: the sync that shows them, what a person has changed of the entries,
 * and the files that go then. Entries whose image is not there are not touched, and those that all users see are not one user's to take.
 * Nothing is written.
 *
 * @throws AppImageError as `planAppImages`
 */
export async function planAdoption({ trash: _trash, ...options }: AdoptOptions): Promise<PlannedAdoption> {
  const { places, signal } = options;
  const found = await findEntries(places, { signal });
  const files = await listForeignFiles(places, { signal });
  const paths = await knownPaths(options);
  const candidates: Adoption[] = [];
  const notAdopted: NotAdopted[] = [];
  for (const each of found.foreign) {
    if (each.state !== 'live' || each.image === null) continue;
    signal?.throwIfAborted();
    const { tool, path: entry, desktopId } = each;
    const image = paths.get(each.imageFile ?? '') ?? each.image;
    const changes = each.isChangeable
      ? await changesOf(each, image, options)
      : 'it is one for all users of this machine';
    if (typeof changes === 'string') notAdopted.push({ entry, image, reason: changes });
    else {
      const belonging = await filesOfEntry(each, files, found, places);
      candidates.push({ tool, entry, files: belonging, desktopId, image, changes });
    }
  }
  const installed = await recordInstalls(candidates, options);
  const takenOver = new Map(candidates.map(({ desktopId, image }) => [desktopId, image]));
  const sync: SyncOptions = { ...options, installed, takenOver };
  const planned = await planAppImages(sync);
  const leftAlone = new Map(planned.plan.images.map((image) => [image.path, image.leftAlone]));
  const adoptions = candidates.filter(({ entry, image }) => {
    const reason = leftAlone.has(image) ? leftAlone.get(image) : 'it is no AppImage';
    if (typeof reason === 'string') notAdopted.push({ entry, image, reason });
    return reason === null;
  });
  return { adoptions, notAdopted, sync, planned };
}

async function changesOf(
  found: FoundEntry,
  image: string,
  { places, signal }: AdoptOptions,
): Promise<UserChanges | string> {
  try {
    const contents = await inspectImage(image, { signal });
    return userChanges(found, contents, places.data);
  } catch (error) {
    if (isAppImageError(error)) return error.message;
    throw error;
  }
}

/** The paths by which images are known here already, by device and inode. */
async function knownPaths({ places, settings, signal }: AdoptOptions): Promise<ReadonlyMap<string, string>> {
  const { images } = (await readManifest(places)).manifest;
  const { watch } = settings ?? (await readSettings(places));
  const known = new Map(images.map(({ path, stamp }) => [path, stamp]));
  const { found } = await scanFolders(watch, { extra: [...known.keys()], known, signal });
  return new Map(found.map(({ path, stamp }) => [`${stamp.device}:${stamp.inode}`, path]));
}

/** What was known of the files when they became ours; of those that the user has installed, that is noted already. */
async function recordInstalls(
  adoptions: readonly Adoption[],
  { places, signal }: AdoptOptions,
): Promise<ReadonlyMap<string, InstallRecord>> {
  const { images } = (await readManifest(places)).manifest;
  const recorded = new Set(images.filter(({ install }) => install !== null).map(({ path }) => path));
  const installed = new Map<string, InstallRecord>();
  for (const { image } of adoptions) {
    if (recorded.has(image) || installed.has(image)) continue;
    installed.set(image, {
      from: image,
      sha256: await sha256OfFile(image, { signal }),
      signature: 'unchecked',
      date: new Date().toISOString(),
      schemesAllowed: false,
    });
  }
  return installed;
}
