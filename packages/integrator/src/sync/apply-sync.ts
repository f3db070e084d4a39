import { randomBytes } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { clearMimeapps, mimeappsPath, writeMimeapps } from '../defaults/mimeapps-file.ts';
import { planDefaults } from '../defaults/settle-defaults.ts';
import { removeFile } from '../files/remove-file.ts';
import {
  checkWay,
  hashOf,
  linkAtomically,
  missingFolders,
  temporaryName,
  writeAtomically,
} from '../files/write-file.ts';
import type { Manifest, ManifestImage, RecordedFile } from '../manifest/manifest.ts';
import { manifestPath, writeManifest } from '../manifest/manifest-file.ts';
import { applicationsFolder, manifestFolder, type Places, pathOf } from '../places/places.ts';
import type { PlannedFile } from '../plan/planned-file.ts';
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
  await checkPlaces(places, plan);
  if (manifest.token !== null) await clearTemporaries(places, manifest, manifest.token);
  const folders = await foldersToMake(places, manifest, plan);
  const caches = await listCaches(places);
  const generated = [...new Set([...manifest.generated, ...caches.missing])];
  const { images, text, ...defaults } = await planDefaults(places, manifest, plan.images, plan.takenOver);
  const token = randomBytes(6).toString('hex');
  await writeManifest(places, {
    images: begunImages(manifest, images),
    shared: manifest.shared,
    pending: pendingFiles(plan),
    folders,
    generated,
    defaultsBefore: defaults.before ?? manifest.defaultsBefore,
    token,
  });

  const { done: written, kept: notWritten } = await writeFiles(places, plan, token);
  const { done: removed, kept: notRemoved } = await removeFiles(places, plan);
  if (text !== undefined) await writeMimeapps(places, text, token);
  const kept = [...notWritten, ...notRemoved, ...(defaults.isRefused ? [mimeappsPath(places)] : [])];
  // One that was cut short may have written the files and left the caches as they were.
  const changed = [...written, ...removed, ...manifest.pending.map((file) => pathOf(places, file))];
  const typeFolders = await listTypeFolders(places);
  const reports = changed.length > 0 ? await refreshCaches(places, changed) : [];
  // In a folder of our own all are, also of a sync that was cut short.
  const others = folders.includes(join(places.data, 'mime')) ? [] : typeFolders;
  const newTypes = (await listTypeFolders(places)).filter((folder) => !others.includes(folder));
  const made = outerFirst(new Set([...folders, ...newTypes]));

  const isEmpty = images.length === 0 && plan.shared.length === 0;
  if (isEmpty)
    await removeRest(
      places,
      generated.filter((path) => caches.all.has(path)),
    );
  const settled: Manifest = {
    images,
    shared: plan.shared,
    pending: [],
    folders: await removeEmpty(isEmpty ? [...made, join(places.data, 'appimage'), manifestFolder(places)] : made),
    generated,
    defaultsBefore: defaults.before,
    token: null,
  };
  if (!isEmpty) await writeManifest(places, settled);
  return { manifest: settled, written, removed, kept, caches: reports };
}

/** @throws AppImageError `not-permitted` */
async function checkPlaces(places: Places, { writes, removals }: SyncPlan): Promise<void> {
  for (const file of [...writes, ...removals]) {
    await checkWay(pathOf(places, { root: file.root, path: '' }), pathOf(places, file));
  }
  await checkWay(places.data, manifestPath(places));
}

/** Takes away what a sync that was killed has left half written. */
async function clearTemporaries(places: Places, { pending }: Manifest, token: string): Promise<void> {
  for (const file of pending) await removeFile(temporaryName(pathOf(places, file), token));
  await clearMimeapps(places, token);
}

/** The folders that were made and those that are about to be, outer ones first. */
async function foldersToMake(places: Places, manifest: Manifest, { writes, made = [] }: SyncPlan): Promise<string[]> {
  const folders = new Set([...manifest.folders, ...made].filter((folder) => isOnTheWay(places, folder)));
  for (const path of [manifestPath(places), mimeappsPath(places), ...writes.map((file) => pathOf(places, file))]) {
    for (const folder of await missingFolders(path)) folders.add(folder);
  }
  return outerFirst(folders);
}

function outerFirst(folders: ReadonlySet<string>): string[] {
  return [...folders].sort((left, right) => left.length - right.length);
}

/** Absolute paths of files that were written or removed, and of those that are somebody else's by now. */
interface Deeds {
  readonly done: readonly string[];
  readonly kept: readonly string[];
}

async function writeFiles(places: Places, { writes, known }: SyncPlan, token: string): Promise<Deeds> {
  const done: string[] = [];
  const kept: string[] = [];
  for (const file of writes) {
    const path = pathOf(places, file);
    const found = await hashOf(path);
    if (found === file.sha256) continue;
    if (found === 'absent' || isOurs(file, found, known.get(fileKey(file)))) {
      await writePlanned(path, file, token);
      done.push(path);
    } else kept.push(path);
  }
  return { done, kept };
}

async function writePlanned(path: string, { root, content, mode, link }: PlannedFile, token: string): Promise<void> {
  if (link !== undefined) return await linkAtomically(path, link, token);
  await writeAtomically(path, content, { token, mode, ...(root === 'cache' && { folderMode: 0o700 }) });
}

async function removeFiles(places: Places, { removals }: SyncPlan): Promise<Deeds> {
  const done: string[] = [];
  const kept: string[] = [];
  for (const file of removals) {
    const path = pathOf(places, file);
    const found = await hashOf(path);
    if (found === 'absent') continue;
    if (isOurs(file, found, file.hashes)) {
      await removeFile(path);
      done.push(path);
    } else kept.push(path);
  }
  return { done, kept };
}

/** Takes away what is of no use without any file of ours: the manifest, and caches that the desktop's tools have made for them. */
async function removeRest(places: Places, caches: readonly string[]): Promise<void> {
  for (const path of caches) await removeFile(path);
  await removeFile(manifestPath(places));
}

/** Where `update-mime-database` puts a file for every type. It leaves those behind that are empty then. */
async function listTypeFolders({ data }: Places): Promise<string[]> {
  const mime = join(data, 'mime');
  const entries = await readdir(mime, { withFileTypes: true }).catch((): Dirent[] => []);
  return entries.filter((each) => each.isDirectory()).map(({ name }) => join(mime, name));
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

/** Whether a folder is one that our files are in, or that these are in: no other can have been made. */
function isOnTheWay(places: Places, folder: string): boolean {
  const { data, config, cache } = places;
  const within = (inner: string, outer: string) =>
    inner === outer || inner.startsWith(outer === '/' ? '/' : `${outer}/`);
  return [data, config, applicationsFolder(places), ...(cache === null ? [] : [cache])].some(
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
