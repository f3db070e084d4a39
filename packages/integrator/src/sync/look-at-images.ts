import { existsSync } from 'node:fs';
import { isAppImageError, type ReadOptions } from '@appimage-js/format';
import type { ImageContents } from '../inspect/image-contents.ts';
import { inspectImage } from '../inspect/inspect-image.ts';
import type { InstallRecord, Manifest, ManifestImage } from '../manifest/manifest.ts';
import { refusalKey } from '../opt-out/opt-out.ts';
import { type Places, pathOf } from '../places/places.ts';
import { originOf, stableIdentity } from '../plan/identity.ts';
import { whyLeftAlone } from '../plan/integration.ts';
import type { UntouchedFiles } from '../volumes/untouched-files.ts';
import type { Volumes } from '../volumes/volumes.ts';
import { type MovedImages, movedImages } from './moved-images.ts';
import { sameStamp, type WatchedImage } from './scan-folders.ts';

/** An image as it is now: of those that have changed, with their contents. */
export interface SeenImage {
  /** Its id is known once all images are: the newest of an application has the short one. */
  readonly record: Omit<ManifestImage, 'id'>;
  readonly contents: ImageContents | null;
  /** What becomes of its files, where it is not to be looked at now; then it has been recorded before. */
  readonly untouched?: UntouchedFiles;
}

/** What {@link lookAtImages} needs to know. */
export interface LookOptions extends ReadOptions {
  readonly places: Places;
  readonly volumes: Volumes;
  readonly manifest: Manifest;
  readonly installed: ReadonlyMap<string, InstallRecord>;
  /** Which other program shows a file, in words, by the paths of the files. */
  readonly shownElsewhere: ReadonlyMap<string, string>;
  /** Files that say that an application is not to be integrated, by what `refusalKey` calls it. */
  readonly refusals: ReadonlyMap<string, string>;
  /** What is to be told goes here. */
  readonly remarks: string[];
}

/** Looks into the images that are not as they were the last time. */
export async function lookAtImages(present: readonly WatchedImage[], options: LookOptions): Promise<SeenImage[]> {
  const { manifest, installed, places } = options;
  const before = new Map(manifest.images.map((image) => [image.path, image]));
  const unsettled = new Set(manifest.pending.map(({ path }) => path));
  const moved = movedImages(manifest, present);
  const seen: SeenImage[] = [];
  for (const image of present) {
    const last = before.get(image.path);
    const origin = last ?? moved.byFile(image);
    const install = installed.get(image.path) ?? origin?.install ?? null;
    // What the user has installed is shown in any case, and what is shown already stays.
    const isSettled = install !== null || last?.leftAlone === null;
    const withheld = (name: string | null) => (isSettled ? undefined : whyWithheld(image.path, name, options));
    const reason = withheld(last?.name ?? null);
    const isSame = last !== undefined && sameStamp(last.stamp, image.stamp) && install === last.install && !last.away;
    if (isSame && reason !== undefined) {
      seen.push({ record: { ...last, leftAlone: reason, recipe: '' }, contents: null });
    } else if (isSame && last.recipe !== '' && isWhole(places, last, unsettled)) {
      seen.push({ record: last, contents: null });
    } else {
      const looked = await look(image, install, { ...options, moved });
      const leftAlone = withheld(looked.record.name);
      seen.push(leftAlone === undefined ? looked : { ...looked, record: { ...looked.record, leftAlone, recipe: '' } });
    }
  }
  return seen;
}

/** Why an image is not shown whatever is in it, in words. */
function whyWithheld(path: string, name: string | null, { shownElsewhere, refusals }: LookOptions): string | undefined {
  const refusal = name === null ? undefined : refusals.get(refusalKey(name));
  return shownElsewhere.get(path) ?? (refusal === undefined ? undefined : `${refusal} is there`);
}

/** Whether all that was written for an image is there, and was not in the hands of a sync that was cut short. */
function isWhole(places: Places, { files }: ManifestImage, unsettled: ReadonlySet<string>): boolean {
  return files.every((file) => !unsettled.has(file.path) && existsSync(pathOf(places, file)));
}

async function look(
  image: WatchedImage,
  known: InstallRecord | null,
  { volumes, signal, remarks, moved }: LookOptions & { readonly moved: MovedImages },
): Promise<SeenImage> {
  const { path, stamp } = image;
  const record = {
    path,
    stamp,
    files: [],
    schemes: [],
    defaults: [],
    install: known,
    name: null,
    version: null,
    identity: `file:${path}`,
    recipe: 'none',
    volume: await volumes.volumeOf(path, stamp.device),
    away: false,
  };
  try {
    const contents = await inspectImage(path, { signal });
    const { name, version } = contents;
    const install = known ?? moved.byContents(image, name, version)?.install ?? null;
    const identity = stableIdentity({ ...contents, origin: install === null ? null : originOf(install.from) });
    const leftAlone = whyNot(image) ?? whyLeftAlone(contents) ?? null;
    return { record: { ...record, install, name, version, identity, leftAlone }, contents };
  } catch (error) {
    if (!isAppImageError(error)) throw error;
    remarks.push(`${path}: ${error.message}`);
    return { record: { ...record, leftAlone: error.message }, contents: null };
  }
}

function whyNot({ stamp, owners }: WatchedImage): string | undefined {
  if (!stamp.executable) return 'it may not be executed; "appimage install" lets it';
  const user = process.getuid?.();
  const isForeign = user !== undefined && owners.some((owner) => owner !== 0 && owner !== user);
  return isForeign ? 'it belongs to another user' : undefined;
}
