import { hash } from 'node:crypto';
import { describeIcon, type ElfIcon, isAppImageError, type ReadOptions } from '@appimage-js/format';
import { isRenderable, renderIcon } from '@appimage-js/icon';

/** What the description of type 1 asks for, in pixels. */
const SIZE = 48;

/**
 * Makes the icon for the program at the start of a type 1 image out of any of the application's: a PNG of 48 pixels. `undefined`
 * for what is no icon, or can not be drawn. What identifies it is made of its bytes, so that the same icon has the same.
 */
export async function makeElfIcon(contents: Uint8Array, { signal }: ReadOptions = {}): Promise<ElfIcon | undefined> {
  const format = (await describeIcon(contents))?.format;
  if (format === undefined || !isRenderable(format)) return undefined;
  try {
    const png = await renderIcon({ contents, format, size: SIZE, signal });
    return { png, size: SIZE, uuid: hash('sha256', png, 'buffer').subarray(0, 16) };
  } catch (error) {
    if (isAppImageError(error)) return undefined;
    throw error;
  }
}
