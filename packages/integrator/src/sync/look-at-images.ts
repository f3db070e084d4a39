import { existsSync } from 'node:fs';
import { isAppImageError, type ReadOptions } from '@appimage-js/format';
import type { ImageContents } from '../inspect/image-contents.ts';
import { inspectImage } from '../inspect/inspect-image.ts';
import type { InstallRecord, Manifest, ManifestImage } from '../manifest/manifest.ts';
import { type Places, pathOf } from '../places/places.ts';
import { stableIdentity } from '../plan/identity.ts';
import { whyLeftAlone } from '../plan/integration.ts';
import { sameStamp, type WatchedImage } from './scan-folders.ts';

/** An image as it is now: of those that have changed, with their contents. */
export interface SeenImage {
  /** Its id is known once all images are: the newest of an application has the short one. */
  readonly record: Omit<ManifestImage, 'id'>;
  readonly contents: ImageContents | null;
}

/** What {@link lookAtImages} needs to know. */
export interface LookOptions extends ReadOptions {
  readonly places: Places;
  readonly manifest: Manifest;
  readonly installed: ReadonlyMap<string, InstallRecord>;
  /** Why files are left alone, by their paths, whatever is in them. */
  readonly shownElsewhere: ReadonlyMap<string, string>;
  /** What is to be told goes here. */
  readonly remarks: string[];
}

/** Looks into the images that are not as they were the last time. */
export async function lookAtImages(present: readonly WatchedImage[], options: LookOptions): Promise<SeenImage[]> {
  const { manifest, installed, places, shownElsewhere } = options;
  const before = new Map(manifest.images.map((image) => [image.path, image]));
  const unsettled = new Set(manifest.pending.map(({ path }) => path));
  const seen: SeenImage[] = [];
  for (const image of present) {
    const last = before.get(image.path);
    const install = installed.get(image.path) ?? last?.install ?? null;
    const elsewhere = shownElsewhere.get(image.path);
    const isSame = last !== undefined && sameStamp(last.stamp, image.stamp) && install === last.install;
    if (isSame && elsewhere !== undefined) {
      seen.push({ record: { ...last, leftAlone: elsewhere, recipe: '' }, contents: null });
    } else if (isSame && last.recipe !== '' && isWhole(places, last, unsettled)) {
      seen.push({ record: last, contents: null });
    } else {
      const looked = await look(image, install, last, options);
      const record = elsewhere === undefined ? looked.record : { ...looked.record, leftAlone: elsewhere, recipe: '' };
      seen.push({ ...looked, record });
    }
  }
  return seen;
}

/** Whether all that was written for an image is there, and was not in the hands of a sync that was cut short. */
function isWhole(places: Places, { files }: ManifestImage, unsettled: ReadonlySet<string>): boolean {
  return files.every((file) => !unsettled.has(file.path) && existsSync(pathOf(places, file)));
}

async function look(
  image: WatchedImage,
  install: InstallRecord | null,
  last: ManifestImage | undefined,
  { signal, remarks }: LookOptions,
): Promise<SeenImage> {
  const { path, stamp } = image;
  const record = {
    path,
    stamp,
    files: [],
    schemes: [],
    defaults: last?.defaults ?? [],
    install,
    name: null,
    version: null,
    identity: `file:${path}`,
    recipe: 'none',
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
