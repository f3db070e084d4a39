import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppImageError, isAppImageError } from '@appimage-js/format';
import type { ImageContents } from '../inspect/image-contents.ts';
import { inspectImage } from '../inspect/inspect-image.ts';
import { lockManifest } from '../manifest/lock.ts';
import type { InstallRecord, Manifest, ManifestImage } from '../manifest/manifest.ts';
import { manifestPath, putAsideManifest, readManifest } from '../manifest/manifest-file.ts';
import type { Places } from '../places/places.ts';
import { furtherId, identityId, stableIdentity } from '../plan/identity.ts';
import { planIntegration, whyLeftAlone } from '../plan/integration.ts';
import { chooseLaunch, type LaunchTemplate } from '../plan/launch.ts';
import { type AppliedSync, applySync } from './apply-sync.ts';
import { planSync, type WantedImage } from './plan-sync.ts';
import { sameStamp, scanFolders, type WatchedImage } from './scan-folders.ts';

/** Options of {@link syncAppImages}. */
export interface SyncOptions {
  readonly places: Places;
  /** Folders whose AppImages are integrated. */
  readonly folders: readonly string[];
  /** Files beside these, with what was noted when they were installed. */
  readonly installed?: ReadonlyMap<string, InstallRecord>;
  /** Files that are to be taken for gone though they are there. */
  readonly forgotten?: ReadonlySet<string>;
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

/** Media that come and go: what is on them while they are away is remembered. */
const REMOVABLE = /^\/(?:media|mnt|run\/media)\//;

/**
 * Makes the desktop show the AppImages that are there, and those only: the difference between the files in the folders and the manifest of
 * what was written. Doing it again changes nothing; nothing from an image is run. One that was cut short is repaired.
 *
 * @throws AppImageError `io`, `not-permitted`, `unsupported` for a manifest of a newer program
 */
export async function syncAppImages(options: SyncOptions): Promise<SyncResult> {
  const { places, signal } = options;
  await checkOwner(places);
  await using _lock = await lockManifest(manifestPath(places), signal);
  const { manifest, damaged } = await readManifest(places);
  const remarks: string[] = damaged ? ['The manifest is damaged; it is put aside and made anew'] : [];
  const known = new Map(manifest.images.map(({ path, stamp }) => [path, stamp]));
  const pinned = manifest.images.filter(({ install }) => install !== null).map(({ path }) => path);
  const extra = [...pinned, ...(options.installed?.keys() ?? [])];
  const found = await scanFolders(options.folders, { extra, known, signal });
  const present = found.filter(({ path }) => options.forgotten?.has(path) !== true);
  const seen = await lookAt(present, manifest, options, remarks);
  const away = manifest.images.filter(({ path }) => isAway(path) && options.forgotten?.has(path) !== true);
  const wanted = [
    ...(await planImages(seen, manifest, options, remarks)),
    ...away.map((record): WantedImage => ({ record, planned: null })),
  ];
  const plan = planSync(manifest, wanted);
  if (!(plan.hasWork || damaged)) {
    return { images: plan.images, written: [], removed: [], kept: [], caches: [], remarks };
  }
  if (damaged) await putAsideManifest(places);
  const { manifest: settled, ...applied } = await applySync(places, manifest, plan);
  return { images: settled.images, ...applied, remarks };
}

/** An image as it is now: of those that have changed, with their contents. */
interface SeenImage {
  readonly record: Omit<ManifestImage, 'id'> & { readonly id: string | null };
  readonly contents: ImageContents | null;
}

async function lookAt(
  present: readonly WatchedImage[],
  manifest: Manifest,
  options: SyncOptions,
  remarks: string[],
): Promise<SeenImage[]> {
  const before = new Map(manifest.images.map((image) => [image.path, image]));
  const unsettled = new Set(manifest.pending.map(({ path }) => path));
  const seen: SeenImage[] = [];
  for (const image of present) {
    const last = before.get(image.path);
    const install = options.installed?.get(image.path) ?? last?.install ?? null;
    const isSame = last !== undefined && sameStamp(last.stamp, image.stamp) && install === last.install;
    if (isSame && isWhole(options.places, last, unsettled)) seen.push({ record: last, contents: null });
    else seen.push(await inspect(image, install, last, options, remarks));
  }
  return seen;
}

/** Whether all that was written for an image is there, and was not in the hands of a sync that was cut short. */
function isWhole(places: Places, { files }: ManifestImage, unsettled: ReadonlySet<string>): boolean {
  return files.every(({ root, path }) => !unsettled.has(path) && existsSync(join(places[root], path)));
}

async function inspect(
  image: WatchedImage,
  install: InstallRecord | null,
  last: ManifestImage | undefined,
  { signal }: SyncOptions,
  remarks: string[],
): Promise<SeenImage> {
  const { path, stamp } = image;
  const record = {
    path,
    stamp,
    id: null,
    files: [],
    schemes: [],
    defaults: last?.defaults ?? [],
    install,
    name: null,
    version: null,
    identity: `file:${path}`,
  };
  try {
    const contents = await inspectImage(path, signal === undefined ? {} : { signal });
    const { name, version } = contents;
    const identity = stableIdentity({ ...contents, origin: originOf(install) });
    const leftAlone = whyNot(image) ?? whyLeftAlone(contents) ?? null;
    return { record: { ...record, name, version, identity, leftAlone }, contents };
  } catch (error) {
    if (!isAppImageError(error)) throw error;
    remarks.push(`${path}: ${error.message}`);
    return { record: { ...record, leftAlone: error.message }, contents: null };
  }
}

/** The site that a file came from; where on this machine it lay says nothing about the application. */
function originOf(install: InstallRecord | null): string | null {
  return install !== null && URL.canParse(install.from) ? new URL(install.from).origin : null;
}

function whyNot({ stamp, owner }: WatchedImage): string | undefined {
  if (!stamp.executable) return 'it may not be executed; "appimage install" lets it';
  const user = process.getuid?.();
  return owner !== 0 && user !== undefined && owner !== user ? 'it belongs to another user' : undefined;
}

/** Gives images their ids, the newest of an application the main one, and plans those that are new, changed, or have another id. */
async function planImages(
  seen: readonly SeenImage[],
  manifest: Manifest,
  options: SyncOptions,
  remarks: string[],
): Promise<WantedImage[]> {
  const { command = ['appimage'], signal } = options;
  const launch = options.launch ?? chooseLaunch({ command });
  const before = new Map(manifest.images.map((image) => [image.path, image]));
  const wanted: WantedImage[] = [];
  for (const group of Map.groupBy(seen, ({ record }) => record.identity).values()) {
    const shown = group.filter(({ record }) => record.leftAlone === null).sort(newestFirst);
    const main = shown[0] ?? group[0];
    for (const each of group) {
      const { identity, path, version, leftAlone } = each.record;
      const isMain = each === main;
      const id = isMain ? identityId(identity) : furtherId(identity, path);
      const record: ManifestImage = { ...each.record, id };
      const last = before.get(path);
      if (each.contents === null && (leftAlone !== null || last?.id === id)) {
        wanted.push({
          record,
          planned: last?.id === id && sameStamp(last.stamp, record.stamp) && leftAlone === null ? null : [],
        });
        continue;
      }
      if (leftAlone !== null) {
        wanted.push({ record: { ...record, defaults: [] }, planned: [] });
        continue;
      }
      const contents = each.contents ?? (await inspectImage(path, signal === undefined ? {} : { signal }));
      const suffix = isMain ? null : (version ?? 'older');
      const { files, schemes, remarks: said } = planIntegration(contents, { path, id, suffix, launch, command });
      for (const remark of said) remarks.push(`${path}: ${remark}`);
      wanted.push({ record: { ...record, schemes }, planned: files });
    }
  }
  return wanted;
}

/** By version, then by time, then by path: the same order whenever and wherever it is asked for. */
function newestFirst({ record: left }: SeenImage, { record: right }: SeenImage): number {
  const byVersion = (right.version ?? '').localeCompare(left.version ?? '', 'en', { numeric: true });
  const byTime = Number(BigInt(right.stamp.mtime) - BigInt(left.stamp.mtime));
  return byVersion || Math.sign(byTime) || (left.path < right.path ? -1 : 1);
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
