import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError } from '@appimage-js/format/node';
import type { ManifestImage, RecordedDefault } from '../manifest/manifest.ts';
import { nameOf } from '../plan/identity.ts';
import type { Places } from '../places/places.ts';
import { getDefault, isBlank, setDefault } from './mimeapps.ts';
import { checkInside, writeAtomically } from './write-file.ts';

/**
 * Makes images the default for the URL schemes that the user has allowed them, and gives back those of images that are gone. What
 * the user has chosen since stays. Answers the images with their defaults.
 *
 * @throws AppImageError `io`
 */
export async function settleDefaults(
  places: Places,
  before: readonly ManifestImage[],
  after: readonly ManifestImage[],
): Promise<ManifestImage[]> {
  const path = join(places.config, 'mimeapps.list');
  const original = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return '';
    throw ioError(`Cannot read ${path}`, path, cause);
  });
  let text = original;
  const remaining = new Map(after.map((image) => [image.id, image]));
  for (const { id, defaults } of before) {
    for (const { scheme, previous } of defaults) {
      if (remaining.get(id)?.schemes.includes(scheme)) continue;
      const type = `x-scheme-handler/${scheme}`;
      if (getDefault(text, type) === `${nameOf(id)}.desktop`) text = setDefault(text, type, previous);
    }
  }
  const settled = after.map((image): ManifestImage => {
    if (image.install?.schemesAllowed !== true || image.leftAlone !== null) return image;
    const defaults = image.schemes.map((scheme): RecordedDefault => {
      const type = `x-scheme-handler/${scheme}`;
      const known = image.defaults.find((each) => each.scheme === scheme);
      if (known !== undefined) return known;
      const own = `${nameOf(image.id)}.desktop`;
      const current = getDefault(text, type);
      text = setDefault(text, type, own);
      // After a sync that was cut short it is ours already, and what was before is not known any more.
      return { scheme, previous: current === own ? null : current };
    });
    return { ...image, defaults };
  });
  if (text === original) return settled;
  await checkInside(places.config, path);
  if (isBlank(text) && !isBlank(original)) await rm(path, { force: true });
  else await writeAtomically(path, new TextEncoder().encode(text));
  return settled;
}
