import { type Icon, isAppImageError, type ReadOptions } from '@appimage-js/format';
import type { ImageIcon } from '../inspect/image-contents.ts';
import { HICOLOR_SIZES } from '../plan/icon-files.ts';
import { type IconDrawer, pixelsOf } from './icon-drawer.ts';

/** Options of {@link fitIcons}. */
export interface FitIconsOptions extends ReadOptions {
  readonly drawer: IconDrawer;
  /** What can not be drawn is told here. */
  readonly remarks: string[];
}

/** An application has a few; the rest of more is left as it is. */
const MAXIMUM_DRAWINGS = 16;

/**
 * Makes icons of pixels fit the theme, which has folders for some sizes and knows no XPM: of another size, or none that is square, each is
 * drawn with the next smaller size, unless there is one of that already. The order stays.
 */
export async function fitIcons(
  icons: readonly ImageIcon[],
  { drawer, remarks, signal }: FitIconsOptions,
): Promise<ImageIcon[]> {
  const taken = new Set(icons.filter(isFitting).map(({ icon }) => placeOf(icon, pixelsOf(icon) ?? 0)));
  const fitted: ImageIcon[] = [];
  let drawings = 0;
  for (const each of icons) {
    const size = isFitting(each) ? undefined : sizeToDraw(each);
    if (size === undefined || drawings >= MAXIMUM_DRAWINGS) {
      fitted.push(each);
      continue;
    }
    const place = placeOf(each.icon, size);
    if (taken.has(place)) continue;
    drawings += 1;
    try {
      fitted.push(await drawWith(each, drawer, { size, signal }));
      taken.add(place);
    } catch (error) {
      if (!isAppImageError(error)) throw error;
      remarks.push(`The icon ${each.icon.path} is left out: ${error.message}`);
      if (error.code === 'limit') drawings = MAXIMUM_DRAWINGS; // the others may be like it
    }
  }
  return fitted;
}

async function drawWith(
  { icon, content }: ImageIcon,
  drawer: IconDrawer,
  { size, signal }: ReadOptions & { readonly size: number },
): Promise<ImageIcon> {
  const format = icon.format === 'xpm' ? 'xpm' : 'png';
  const png = await drawer.draw({ contents: content, format, size, signal });
  return { icon: { ...icon, format: 'png', width: size, height: size }, content: png };
}

function isFitting({ icon: { format, width, height } }: ImageIcon): boolean {
  return format === 'png' && width !== null && width === height && HICOLOR_SIZES.includes(width);
}

/** Undefined for what is to be written, or refused, as it is. */
function sizeToDraw({ icon }: ImageIcon): number | undefined {
  const { format, width, height, purpose } = icon;
  const pixels = pixelsOf(icon);
  const isPixels = (format === 'png' || format === 'xpm') && width !== null && height !== null && pixels !== null;
  if (!isPixels || purpose === 'symbolic' || Math.min(width, height) * 2 < pixels) return undefined;
  return HICOLOR_SIZES.findLast((size) => size <= pixels) ?? HICOLOR_SIZES[0];
}

/** Of application icons, whatever they are called, only one goes into a folder. */
function placeOf({ purpose, path }: Icon, size: number): string {
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
  return purpose === 'file-type' ? `${size} ${stem}` : `${size}`;
}
