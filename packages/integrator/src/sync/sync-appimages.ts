import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { launcherPath } from '../launcher/launcher-file.ts';
import { removeLogs } from '../launcher/logs.ts';
import { lockManifest } from '../manifest/lock.ts';
import type { InstallRecord, Manifest, ManifestImage } from '../manifest/manifest.ts';
import { manifestPath, putAsideManifest, readManifest } from '../manifest/manifest-file.ts';
import { applicationId, readOverrides } from '../overrides/override-file.ts';
import { type Places, pathOf } from '../places/places.ts';
import { readSettings, type Settings } from '../places/settings.ts';
import { PORTABLE_FOLDERS } from '../plan/added-actions.ts';
import { chooseLaunch, type LaunchTemplate } from '../plan/launch.ts';
import { planShared } from '../plan/shared-files.ts';
import { IconDrawer } from '../thumbnail/icon-drawer.ts';
import { ALL_THUMBNAIL_FOLDERS } from '../thumbnail/thumbnail-sizes.ts';
import { type AppliedSync, applySync } from './apply-sync.ts';
import type { SeenImage } from './look-at-images.ts';
import { fileKey, planSync, type SyncPlan, type WantedImage } from './plan-sync.ts';
import { seeImages } from './see-images.ts';
import { wantImages } from './want-images.ts';

/** Options of {@link syncAppImages} and {@link planAppImages}. */
export interface SyncOptions {
  readonly places: Places;
  /** Default: those of the user, of {@link readSettings}. */
  readonly settings?: Settings;
  /** Files beside those in the watched folders, with what was noted when they were installed. */
  readonly installed?: ReadonlyMap<string, InstallRecord>;
  /** Files that are to be taken for gone though they are there. */
  readonly forgotten?: ReadonlySet<string>;
  /** Desktop ids of other integrators' entries, with the paths of the images that get their places among the user's defaults. */
  readonly takenOver?: ReadonlyMap<string, string>;
  /** Whether images in the watched folders that nobody has seen before are let be, as where the user has opted out. Default false. */
  readonly onlyKnown?: boolean;
  /** Files that somebody is writing: what is known of them stays as it is, and of others nothing is. */
  readonly unsettled?: ReadonlySet<string>;
  /** What {@link listMissingFolders} has answered before: those that are there now go with the last image, when nothing is in them. */
  readonly missing?: readonly string[];
  /** Default: what works on this host. */
  readonly launch?: LaunchTemplate;
  /** Words that start this toolkit's command in menu entries. Default `['appimage']`. */
  readonly command?: readonly [string, ...string[]];
  readonly signal?: AbortSignal | undefined;
}

/** What a sync found and did. */
export interface SyncResult extends Omit<AppliedSync, 'manifest'> {
  readonly images: readonly ManifestImage[];
  readonly remarks: readonly string[];
}

/** What a sync would do, and from where it starts. */
export interface PlannedSync {
  readonly manifest: Manifest;
  /** Whether the manifest can not be read, and is made anew. */
  readonly damaged: boolean;
  readonly plan: SyncPlan;
  readonly remarks: readonly string[];
}

/**
 * Makes the desktop show the AppImages that are there, and those only: the difference between the files in the folders and the manifest of
 * what was written. Doing it again changes nothing; nothing from an image is run. One that was cut short is repaired.
 *
 * @throws AppImageError `io`, `not-permitted`, `unsupported` for a manifest or settings of a newer program, `malformed` for settings
 */
export async function syncAppImages(options: SyncOptions): Promise<SyncResult> {
  const { places, signal } = options;
  await checkOwner(places);
  await using _lock = await lockManifest(manifestPath(places), signal);
  const { manifest, damaged, plan, remarks } = await planAppImages(options);
  if (!(plan.hasWork || damaged)) {
    return { images: plan.images, written: [], removed: [], kept: [], caches: [], remarks };
  }
  if (damaged) await putAsideManifest(places);
  const { manifest: settled, ...applied } = await applySync(places, manifest, plan);
  const remaining = new Set(settled.images.map(({ id }) => id));
  await removeLogs(
    places,
    manifest.images.map(({ id }) => id).filter((id) => !remaining.has(id)),
  );
  return { images: settled.images, ...applied, remarks };
}

/**
 * What {@link syncAppImages} would do; nothing is written.
 *
 * @throws AppImageError as {@link syncAppImages}
 */
export async function planAppImages(options: SyncOptions): Promise<PlannedSync> {
  const { places, command = ['appimage'] } = options;
  const { manifest, damaged } = await readManifest(places);
  const settings = options.settings ?? (await readSettings(places));
  const remarks: string[] = damaged ? ['The manifest is damaged; it is put aside and made anew'] : [];
  const { seen, followed } = await seeImages({ ...options, manifest, watch: settings.watch, remarks });
  const wanted = await wantAll(seen, { ...options, manifest: followed, settings, remarks });
  const files = planShared({ places, settings, images: wanted.map(({ record }) => record), command });
  const settled = new Set(manifest.shared.filter((file) => existsSync(pathOf(places, file))).map(fileKey));
  const made = (options.missing ?? []).filter((folder) => existsSync(folder));
  const plan = { ...planSync(manifest, wanted, { files, settled }), takenOver: options.takenOver, made };
  return { manifest, damaged, plan, remarks };
}

interface WantAllOptions extends SyncOptions {
  readonly manifest: Manifest;
  readonly settings: Settings;
  readonly remarks: string[];
}

/** Plans the images, each with what decides of its files beside the image. */
async function wantAll(seen: readonly SeenImage[], options: WantAllOptions): Promise<WantedImage[]> {
  const { places, settings, manifest, remarks, signal, command = ['appimage'] } = options;
  const { overrides, remarks: misread } = await readOverrides(places);
  remarks.push(...misread);
  const launch = options.launch ?? chooseLaunch({ command });
  await using drawer = new IconDrawer();
  return await wantImages(seen, {
    manifest,
    thumbnails: places.cache === null || !settings.thumbnails ? [] : ALL_THUMBNAIL_FOLDERS,
    drawer,
    requestFor: (image) => ({
      ...image,
      launch,
      launcher: launcherPath(places),
      command,
      portable: PORTABLE_FOLDERS.filter((ending) => existsSync(image.path + ending)),
      override: overrides.get(applicationId(image.id)) ?? {},
    }),
    remarks,
    signal,
  });
}

/**
 * Refuses to be root in the folders of another user, who could not change the files then that are left there.
 *
 * @throws AppImageError `not-permitted`
 */
export async function checkOwner({ data, scope }: Places): Promise<void> {
  if (scope === 'system' || process.getuid?.() !== 0) return;
  let folder = data;
  while (!existsSync(folder)) folder = dirname(folder);
  const { uid } = await stat(folder);
  if (uid === 0) return;
  const expected = `expected a folder of root, found one of user ${uid}`;
  throw new AppImageError(
    'not-permitted',
    `Cannot integrate into ${folder}: ${expected}; start it as that user, or for all with --system`,
    { path: folder },
  );
}
