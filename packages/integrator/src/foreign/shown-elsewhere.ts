import type { ReadOptions } from '@appimage-js/format';
import type { Places } from '../places/places.ts';
import type { WatchedImage } from '../sync/scan-folders.ts';
import { findEntries } from './find-entries.ts';

/** Of the images, those that entries of other integrators show, with what to say about that, by their paths. */
export async function findShownElsewhere(
  places: Places,
  images: readonly WatchedImage[],
  options: ReadOptions = {},
): Promise<ReadonlyMap<string, string>> {
  const tools = new Map<string, string>();
  for (const { tool, imageFile } of (await findEntries(places, options)).foreign) {
    if (imageFile !== null) tools.set(imageFile, tool);
  }
  const shown = new Map<string, string>();
  for (const { path, stamp } of images) {
    const tool = tools.get(`${stamp.device}:${stamp.inode}`);
    if (tool !== undefined) shown.set(path, `${tool} shows it already; "appimage sync --adopt" takes it over`);
  }
  return shown;
}
