import { randomBytes } from 'node:crypto';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError } from '@appimage-js/format/node';
import { clearMimeapps, mimeappsPath, writeMimeapps } from '../defaults/mimeapps-file.ts';
import { planDefaults } from '../defaults/settle-defaults.ts';
import {
  checkInside,
  hashOf,
  linkAtomically,
  missingFolders,
  temporaryName,
  writeAtomically,
} from '../files/write-file.ts';
import type { Manifest, ManifestImage, RecordedFile } from '../manifest/manifest.ts';
import { manifestPath, removeManifest, writeManifest } from '../manifest/manifest-file.ts';
import { manifestFolder, type Places, pathOf } from '../places/places.ts';
import { fileKey, pendingFiles, type SyncPlan } from './plan-sync.ts';
import { type CacheReport, listCaches, refreshCaches } from './refresh-caches.ts';

/** What became of a plan. */
export interface AppliedSync {
  readonly manifest: Manifest;
  /** Absolute paths. */
  readonly written: readonly string[];
  readonly removed: readonly string[];
  /** Files that were ours and that somebody has changed since, or that somebody else has put there; they stay. */
  readonly kept: readonly string[];
  readonly caches: readonly CacheReport[];
}

/**
 * Carries a plan out. What it is about to do is in the manifest before the first file is touched, so that the next one can finish or undo
 * what was cut short at any moment.
 *
 * @throws AppImageError `io`, `not-permitted` for symlinks that lead out
 */
export async function applySync(places: Places, manifest: Manifest, plan: SyncPlan): Promise<AppliedSync> {
  const placeOf = (file: Pick<RecordedFile, 'root' | 'path'>) => pathOf(places, file);
  for (const file of [...plan.writes, ...plan.removals]) {
    await checkInside(pathOf(places, { root: file.root, path: '' }), placeOf(file));
  }
  await checkInside(places.data, manifestPath(places));
  const made = new Set(manifest.folders.filter((folder) => isOnTheWay(places, folder)));
  for (const path of [manifestPath(places), mimeappsPath(places), ...plan.writes.map(placeOf)]) {
    for (const folder of await missingFolders(path)) made.add(folder);
  }
  const token = randomBytes(6).toString('hex');
  if (manifest.token !== null) await clearTemporaries(places, manifest.pending.map(placeOf), manifest.token);
  const caches = await listCaches(places);
  const generated = [...new Set([...manifest.generated, ...caches.missing])];
  const folders = [...made].sort((left, right) => left.length - right.length);
  const { images, text, ...defaults } = await planDefaults(places, manifest, plan.images, plan.takenOver);
  const begun: Manifest = {
    images: begunImages(manifest, images),
    shared: manifest.shared,
    pending: pendingFiles(plan),
    folders,
    generated,
    defaultsBefore: defaults.before ?? manifest.defaultsBefore,
    token,
  };
  await writeManifest(places, begun);

  const report = { written: [] as string[], removed: [] as string[], kept: [] as string[] };
  for (const file of plan.writes) {
    const path = placeOf(file);
    const found = await hashOf(path);
    if (found === file.sha256) continue;
    if (found === 'absent' || isOurs(file, found, plan.known.get(fileKey(file)))) {
      if (file.link === undefined) {
        await writeAtomically(path, file.content, {
          token,
          mode: file.mode,
          ...(file.root === 'cache' && { folderMode: 0o700 }),
        });
      } else await linkAtomically(path, file.link, token);
      report.written.push(path);
    } else report.kept.push(path);
  }
  for (const file of plan.removals) {
    const path = placeOf(file);
    const found = await hashOf(path);
    if (found === 'absent') continue;
    if (isOurs(file, found, file.hashes)) {
      await remove(path);
      report.removed.push(path);
    } else report.kept.push(path);
  }
  if (text !== undefined) await writeMimeapps(places, text, token);
  if (defaults.isRefused) report.kept.push(mimeappsPath(places));
  const isEmpty = images.length === 0 && plan.shared.length === 0;
  // One that was cut short may have written the files and left the caches as they were.
  const changed = [...report.written, ...report.removed, ...manifest.pending.map(placeOf)];
  const reports = changed.length > 0 ? await refreshCaches(places, changed) : [];
  if (isEmpty) for (const path of generated.filter((each) => caches.all.has(each))) await remove(path);
  if (isEmpty) await removeManifest(places);
  // A tool leaves the empty folders of types behind.
  const mime = join(places.data, 'mime');
  if (isEmpty && made.has(mime)) {
    const names = await readdir(mime).catch((): string[] => []);
    await removeEmpty(names.map((name) => join(mime, name)));
  }
  const left = isEmpty ? [...folders, join(places.data, 'appimage'), manifestFolder(places)] : folders;
  const remaining = await removeEmpty(left);
  const settled: Manifest = {
    images,
    shared: plan.shared,
    pending: [],
    folders: remaining,
    generated,
    defaultsBefore: defaults.before,
    token: null,
  };
  if (!isEmpty) await writeManifest(places, settled);
  return { manifest: settled, ...report, caches: reports };
}

/** Whether a file has a content that we gave it. Caches are nobody's: whoever finds another one there may replace it. */
export function isOurs({ root }: Pick<RecordedFile, 'root'>, found: string, hashes: readonly string[] = []): boolean {
  return hashes.includes(found) || (root === 'cache' && found !== 'other');
}

/**
 * The images as they are while a plan is carried out: those of before, so that the next sync sees what was to change; but the defaults for URL
 * schemes are noted with what they were, as nobody could tell that any more afterwards.
 */
function begunImages({ images: before }: Manifest, after: readonly ManifestImage[]): ManifestImage[] {
  const last = new Map(before.map((image) => [image.path, image]));
  const changed = after.filter(({ defaults }) => defaults.length > 0);
  const paths = new Set(changed.map(({ path }) => path));
  return [
    ...before.filter(({ path }) => !paths.has(path)),
    ...changed.map((image) => ({
      ...image,
      stamp: { ...image.stamp, size: -1 }, // of no file, so that it is looked at again
      files: last.get(image.path)?.files ?? [],
    })),
  ];
}

/** Takes away what a sync that was killed has left half written. */
async function clearTemporaries(places: Places, paths: readonly string[], token: string): Promise<void> {
  for (const path of paths) await remove(temporaryName(path, token));
  await clearMimeapps(places, token);
}

/** Whether a folder is one that our files are in, or that these are in: no other can have been made. */
function isOnTheWay({ data, config, cache }: Places, folder: string): boolean {
  const within = (inner: string, outer: string) =>
    inner === outer || inner.startsWith(outer === '/' ? '/' : `${outer}/`);
  return [data, config, ...(cache === null ? [] : [cache])].some(
    (root) => within(folder, root) || within(root, folder),
  );
}

/** Takes away folders that we made and that nothing is in; answers those that stay. */
async function removeEmpty(folders: readonly string[]): Promise<string[]> {
  const remaining: string[] = [];
  for (const folder of folders.toReversed()) {
    const error = await rmdir(folder).then(
      () => undefined,
      (cause: NodeJS.ErrnoException) => cause,
    );
    if (error !== undefined && error.code !== 'ENOENT') remaining.unshift(folder);
  }
  return remaining;
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch((cause: unknown) => {
    throw ioError(`Cannot remove ${path}`, path, cause);
  });
}
