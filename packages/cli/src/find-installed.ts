import { resolve } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import type { ManifestImage } from '@appimage-js/integrator';

/**
 * Finds an image in the menu by its path, else by its name, which has to be that of one image only.
 *
 * @param deed what is to be done with it, for the message
 * @throws AppImageError `not-found`
 */
export function findInstalled(images: readonly ManifestImage[], text: string, deed: string): ManifestImage {
  const byPath = images.find(({ path }) => path === resolve(text));
  if (byPath !== undefined) return byPath;
  const named = images.filter(({ name }) => name?.toLowerCase() === text.toLowerCase());
  const [first] = named;
  if (first !== undefined && named.length === 1) return first;
  const found = named.length === 0 ? 'no such file or name' : named.map(({ path }) => path).join(', ');
  throw new AppImageError(
    'not-found',
    `Cannot ${deed} ${text}: expected an integrated AppImage (see appimage list), found ${found}`,
  );
}
