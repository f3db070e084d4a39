import type { ReadOptions } from '@appimage-js/format';
import { findShownElsewhere } from '../foreign/shown-elsewhere.ts';
import type { InstallRecord, Manifest } from '../manifest/manifest.ts';
import { readRefusals } from '../opt-out/opt-out.ts';
import type { Places } from '../places/places.ts';
import { followVolumes } from '../volumes/follow-volumes.ts';
import { rememberImages } from '../volumes/untouched-files.ts';
import { readVolumes } from '../volumes/volumes.ts';
import { lookAtImages, type SeenImage } from './look-at-images.ts';
import { type ScannedFolders, scanFolders, type WatchedImage } from './scan-folders.ts';

/** What {@link seeImages} needs to know; the rest is as in `SyncOptions`. */
export interface SeeOptions extends ReadOptions {
  readonly places: Places;
  readonly manifest: Manifest;
  /** The folders that are watched. */
  readonly watch: readonly string[];
  readonly installed?: ReadonlyMap<string, InstallRecord>;
  readonly forgotten?: ReadonlySet<string>;
  readonly onlyKnown?: boolean;
  readonly unsettled?: ReadonlySet<string>;
  /** What is to be told goes here. */
  readonly remarks: string[];
}

/** The images that there are. */
export interface SeenImages {
  /** Those that were found, and those that are known and can not be looked at now. */
  readonly seen: readonly SeenImage[];
  /** The manifest with the paths that images on media have today. */
  readonly followed: Manifest;
}

/** Looks for images where they are expected, and into those that are not as they were the last time. */
export async function seeImages(options: SeeOptions): Promise<SeenImages> {
  const { places, manifest, remarks, signal } = options;
  const { installed = new Map(), forgotten = new Set(), unsettled = new Set() } = options;
  const volumesBefore = readVolumes(places);
  const followed = await followVolumes(manifest, volumesBefore);
  const { found, unreadable } = await scan(followed, { ...options, installed });
  // Some are mounted when somebody looks into them, and any may come and go meanwhile.
  const volumes = readVolumes(places);
  const settled = found.filter(({ path }) => !(forgotten.has(path) || unsettled.has(path)));
  const present = options.onlyKnown === true ? onlyThose(settled, followed, installed) : settled;
  const looked = await lookAtImages(present, {
    places,
    volumes,
    manifest: followed,
    installed,
    shownElsewhere: await findShownElsewhere(places, present, { signal }),
    refusals: readRefusals(places),
    remarks,
    signal,
  });
  const remembered = await rememberImages(
    followed.images.filter(({ path }) => !forgotten.has(path)),
    { places, volumes: [volumesBefore, volumes], manifest: followed, found, unreadable, unsettled },
  );
  return { seen: [...looked, ...remembered], followed };
}

async function scan(
  { images }: Manifest,
  { watch, installed, remarks, signal }: SeeOptions & Required<Pick<SeeOptions, 'installed'>>,
): Promise<ScannedFolders> {
  const pinned = images.filter(({ install }) => install !== null).map(({ path }) => path);
  const known = new Map(images.map(({ path, stamp }) => [path, stamp]));
  const scanned = await scanFolders(watch, { extra: [...pinned, ...installed.keys()], known, signal });
  for (const { message } of scanned.unreadable.values()) remarks.push(message);
  return scanned;
}

/** Files that are in the manifest, under whatever name, or that the user installs. */
function onlyThose(
  found: readonly WatchedImage[],
  { images }: Manifest,
  installed: ReadonlyMap<string, InstallRecord>,
): WatchedImage[] {
  const paths = new Set([...images.map(({ path }) => path), ...installed.keys()]);
  const files = new Set(images.map(({ stamp }) => `${stamp.device}:${stamp.inode}`));
  return found.filter(({ path, stamp }) => paths.has(path) || files.has(`${stamp.device}:${stamp.inode}`));
}
