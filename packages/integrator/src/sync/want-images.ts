import { isAppImageError } from '@appimage-js/format';
import type { ImageContents } from '../inspect/image-contents.ts';
import { inspectImage } from '../inspect/inspect-image.ts';
import type { Manifest, ManifestImage } from '../manifest/manifest.ts';
import { furtherId, identityId } from '../plan/identity.ts';
import { type IntegrationRequest, planIntegration, whyLeftAlone } from '../plan/integration.ts';
import { recipeOf } from '../plan/recipe.ts';
import { fitIcons } from '../thumbnail/fit-icons.ts';
import type { IconDrawer } from '../thumbnail/icon-drawer.ts';
import type { ThumbnailFolder } from '../thumbnail/thumbnail-sizes.ts';
import { makeThumbnails } from '../thumbnail/thumbnails.ts';
import type { SeenImage } from './look-at-images.ts';
import type { WantedImage } from './plan-sync.ts';

/** What {@link wantImages} needs to know. */
export interface WantOptions {
  readonly manifest: Manifest;
  /** All that the files of an image are made of, beside the image. */
  readonly requestFor: (
    image: Pick<ManifestImage, 'path' | 'id'> & { readonly suffix: string | null },
  ) => IntegrationRequest;
  /** Thumbnails that are made. */
  readonly thumbnails: readonly ThumbnailFolder[];
  readonly drawer: IconDrawer;
  /** What is to be told goes here. */
  readonly remarks: string[];
  readonly signal?: AbortSignal | undefined;
}

/** Gives images their ids, the newest of an application the main one, and plans those that are new, changed, or made otherwise now. */
export async function wantImages(seen: readonly SeenImage[], options: WantOptions): Promise<WantedImage[]> {
  const before = new Map(options.manifest.images.map((image) => [image.path, image]));
  const wanted: WantedImage[] = [];
  for (const group of Map.groupBy(seen, ({ record }) => record.identity).values()) {
    const shown = group.filter(({ record }) => record.leftAlone === null).sort(newestFirst);
    const main = shown[0] ?? group[0];
    for (const each of group) {
      const { identity, path, version } = each.record;
      const isMain = each === main;
      const id = isMain ? identityId(identity) : furtherId(identity, path);
      const suffix = isMain ? null : (version ?? 'older');
      wanted.push(await wantImage({ ...each, id, suffix }, before.get(path), options));
    }
  }
  return wanted;
}

async function wantImage(
  { record, contents, untouched, id, suffix }: SeenImage & { readonly id: string; readonly suffix: string | null },
  last: ManifestImage | undefined,
  { requestFor, thumbnails, drawer, remarks, signal }: WantOptions,
): Promise<WantedImage> {
  const { path, leftAlone } = record;
  if (untouched !== undefined && last !== undefined && leftAlone === null) {
    // Under another id it would have to be looked at: then it has no files until it may be.
    return last.id === id
      ? { record: { ...record, id }, ...untouched }
      : { record: { ...record, id, recipe: '' }, planned: [] };
  }
  if (leftAlone !== null) return { record: { ...record, id, defaults: [] }, planned: [] };
  const request = requestFor({ path, id, suffix });
  const recipe = recipeOf(request, thumbnails);
  if (contents === null && last?.id === id && last.recipe === recipe) return { record: last, planned: null };
  const current = contents ?? (await lookAgain(path, { remarks, signal }));
  if (typeof current === 'string') return { record: { ...record, id, leftAlone: current, defaults: [] }, planned: [] };
  const told: string[] = [];
  const drawing = { drawer, remarks: told, signal };
  const icons = await fitIcons(current.icons, drawing);
  const { files, schemes, remarks: said } = planIntegration({ ...current, icons }, request);
  const pictures = await makeThumbnails(current, { path, stamp: record.stamp, folders: thumbnails, ...drawing });
  for (const remark of new Set([...said, ...told])) remarks.push(`${path}: ${remark}`);
  return { record: { ...record, id, schemes, recipe }, planned: [...files, ...pictures] };
}

/** What is in an image that has not changed; the reason to leave it alone where it has changed by now. */
async function lookAgain(
  path: string,
  { remarks, signal }: Pick<WantOptions, 'remarks' | 'signal'>,
): Promise<ImageContents | string> {
  try {
    const contents = await inspectImage(path, { signal });
    return whyLeftAlone(contents) ?? contents;
  } catch (error) {
    if (!isAppImageError(error)) throw error;
    remarks.push(`${path}: ${error.message}`);
    return error.message;
  }
}

/** By version, then by time, then by path: the same order whenever and wherever it is asked for. */
function newestFirst({ record: left }: SeenImage, { record: right }: SeenImage): number {
  const byVersion = (right.version ?? '').localeCompare(left.version ?? '', 'en', { numeric: true });
  const byTime = Number(BigInt(right.stamp.mtime) - BigInt(left.stamp.mtime));
  return byVersion || Math.sign(byTime) || (left.path < right.path ? -1 : 1);
}
