import { dirname } from 'node:path';
import type { AppImageError } from '@appimage-js/format';
import type { Manifest, ManifestImage, RecordedFile, RecordedVolume } from '../manifest/manifest.ts';
import type { Places } from '../places/places.ts';
import type { PlannedFile } from '../plan/planned-file.ts';
import type { SeenImage } from '../sync/look-at-images.ts';
import { fileKey } from '../sync/plan-sync.ts';
import type { WatchedImage } from '../sync/scan-folders.ts';
import { hideFiles } from './hidden-entry.ts';
import type { Volumes } from './volumes.ts';

/** What becomes of the files of an image that is not looked at: null leaves all of them as they are. */
export interface UntouchedFiles {
  readonly planned: readonly PlannedFile[] | null;
  readonly kept?: readonly RecordedFile[];
}

/** What {@link rememberImages} needs to know. */
export interface RememberOptions {
  readonly places: Places;
  /** Before and after the look that has found what is there: what was away at one of these moments was not looked at. */
  readonly volumes: readonly Volumes[];
  readonly manifest: Manifest;
  readonly found: readonly WatchedImage[];
  readonly unreadable: ReadonlyMap<string, AppImageError>;
  readonly unsettled: ReadonlySet<string>;
}

/**
 * The images that can not be looked at now and are not gone: somebody is writing them, nobody lets us see them, or their volume is away.
 * Of the last ones the menu entry is to be hidden.
 */
export async function rememberImages(
  images: readonly ManifestImage[],
  { places, volumes, manifest, found, unreadable, unsettled }: RememberOptions,
): Promise<SeenImage[]> {
  const there = new Set(found.map(({ path }) => path));
  const pending = new Map(manifest.pending.map((file) => [fileKey(file), file]));
  const seen: SeenImage[] = [];
  for (const image of images) {
    const { path, volume } = image;
    const isWritten = there.has(path) && unsettled.has(path);
    const isAway = !there.has(path) && volume !== null && volumes.some((each) => isElsewhere(volume, each));
    const isUnreadable = !there.has(path) && (unreadable.has(path) || unreadable.has(dirname(path)));
    if (!(isWritten || isAway || isUnreadable)) continue;
    const record = withPending(image, pending);
    if (!isAway) {
      const untouched = record === image ? { planned: null } : { planned: [], kept: record.files };
      seen.push({ record, contents: null, untouched });
    } else {
      const untouched = await hideFiles(places, record);
      const isSettled = image.away && untouched.planned.length === 0 && record === image;
      seen.push({
        record: { ...record, away: true },
        contents: null,
        untouched: isSettled ? { planned: null } : untouched,
      });
    }
  }
  return seen;
}

function isElsewhere(volume: RecordedVolume, { whereIs }: Volumes): boolean {
  return whereIs(volume) !== volume.mountPoint;
}

/** Of files that were in the hands of a sync which was cut short, every content is known that they may have; the image is looked at again. */
function withPending(image: ManifestImage, pending: ReadonlyMap<string, RecordedFile>): ManifestImage {
  if (!image.files.some((file) => pending.has(fileKey(file)))) return image;
  const files = image.files.map((file) => ({
    ...file,
    hashes: [...new Set([...(pending.get(fileKey(file))?.hashes ?? []), ...file.hashes])],
  }));
  return { ...image, files, stamp: { ...image.stamp, size: -1 } };
}
