import { AppImageError, describeAppImage, findIcons, getIconString, type ReadOptions } from '@appimage-js/format';
import { openAppImage } from '@appimage-js/format/node';
import { readEntry, readIcon, readOrRemark } from '../inspect/inspect-image.ts';
import { IconDrawer } from './icon-drawer.ts';

/** Options of {@link thumbnailFile}. */
export interface ThumbnailFileOptions extends ReadOptions {
  /** Pixels that it has in a direction at most; above 1024, as much as 1024. Default 256. */
  readonly size?: number;
}

/** The largest that the standard has a name for. */
const MAXIMUM_SIZE = 1024;

/**
 * Draws what shows an image's application, as a square PNG. It has fewer pixels than asked for where the icon has no more. Nothing
 * from the image is run.
 *
 * @throws AppImageError `not-found` where there is no icon that can be drawn, `unsupported` for what is no AppImage, and as
 *   `openAppImage` does
 * @throws RangeError for a size that is no whole number of at least 1
 */
export async function thumbnailFile(
  path: string,
  { size = 256, signal }: ThumbnailFileOptions = {},
): Promise<Uint8Array> {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`Cannot make thumbnail: size must be a whole number of at least 1 pixel, found ${size}`);
  }
  const options = { signal };
  await using image = await openAppImage(path, options);
  if (image.problem !== undefined) throw image.problem;
  const remarks: string[] = [];
  const description = await describeAppImage(image, options);
  const entry = await readOrRemark(remarks, () => readEntry(image, description, options));
  const iconName = entry === null ? undefined : getIconString(entry, 'Icon');
  await using drawer = new IconDrawer();
  const drawn = await drawer.drawBest(await findIcons(image.files, iconName, options), Math.min(size, MAXIMUM_SIZE), {
    read: (icon) => readIcon(image.files, icon, options),
    remarks,
    signal,
  });
  if (drawn !== undefined) return drawn.png;
  const found = remarks.length === 0 ? 'none' : remarks.join('; ');
  throw new AppImageError('not-found', `Cannot make thumbnail: expected an icon that can be drawn, found ${found}`, {
    path,
  });
}
