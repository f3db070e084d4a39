import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { lockManifest } from '../manifest/lock.ts';
import type { InstallRecord, Manifest, ManifestImage } from '../manifest/manifest.ts';
import { manifestPath, putAsideManifest, readManifest } from '../manifest/manifest-file.ts';
import { type Places, pathOf } from '../places/places.ts';
import { readSettings, type Settings } from '../places/settings.ts';
import { chooseLaunch, type LaunchTemplate } from '../plan/launch.ts';
import { planShared } from '../plan/shared-files.ts';
import { type AppliedSync, applySync } from './apply-sync.ts';
import { lookAtImages } from './look-at-images.ts';
import { fileKey, planSync, type SyncPlan, type WantedImage } from './plan-sync.ts';
import { scanFolders } from './scan-folders.ts';
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
  /** Why files are not to be shown, by their paths: another program does that already. */
  readonly shownElsewhere?: ReadonlyMap<string, string>;
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

/** Media that come and go: what is on them while they are away is remembered. */
const REMOVABLE = /^\/(?:media|mnt|run\/media)\//;

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
  return { images: settled.images, ...applied, remarks };
}

/**
 * What {@link syncAppImages} would do; nothing is written.
 *
 * @throws AppImageError as {@link syncAppImages}
 */
export async function planAppImages(options: SyncOptions): Promise<PlannedSync> {
  const { places, forgotten = new Set(), installed = new Map(), signal } = options;
  const { command = ['appimage'], shownElsewhere = new Map() } = options;
  const { manifest, damaged } = await readManifest(places);
  const settings = options.settings ?? (await readSettings(places));
  const launch = options.launch ?? chooseLaunch({ command });
  const remarks: string[] = damaged ? ['The manifest is damaged; it is put aside and made anew'] : [];
  const known = new Map(manifest.images.map(({ path, stamp }) => [path, stamp]));
  const pinned = manifest.images.filter(({ install }) => install !== null).map(({ path }) => path);
  const found = await scanFolders(settings.watch, { extra: [...pinned, ...installed.keys()], known, signal });
  const present = found.filter(({ path }) => !forgotten.has(path));
  const away = manifest.images.filter(({ path }) => isAway(path) && !forgotten.has(path));
  const seen = await lookAtImages(present, { places, manifest, installed, shownElsewhere, remarks, signal });
  const wanted = [
    ...(await wantImages(seen, {
      manifest,
      requestFor: async (image) => ({ ...image, launch, command }),
      remarks,
      signal,
    })),
    ...away.map((record): WantedImage => ({ record, planned: null })),
  ];
  const files = planShared({ settings, images: wanted.map(({ record }) => record), command });
  const settled = new Set(manifest.shared.filter((file) => existsSync(pathOf(places, file))).map(fileKey));
  return { manifest, damaged, plan: planSync(manifest, wanted, { files, settled }), remarks };
}

function isAway(path: string): boolean {
  return REMOVABLE.test(path) && !existsSync(dirname(path));
}

/** Root in the folders of another user would leave files there that this user can not change. */
async function checkOwner({ data, scope }: Places): Promise<void> {
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
