import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError } from '@appimage-js/format/node';
import type { Manifest, ManifestImage, RecordedDefault } from '../manifest/manifest.ts';
import type { Places } from '../places/places.ts';
import { nameOf } from '../plan/identity.ts';
import { getDefault, isBlank, setDefault } from './mimeapps.ts';
import { checkInside, writeAtomically } from './write-file.ts';

/** What is to become of the user's choice of applications. */
export interface PlannedDefaults {
  /** The images with the defaults that they have then. */
  readonly images: readonly ManifestImage[];
  /** The list's new text; null where it stays as it is. */
  readonly text: string | null;
}

/**
 * Plans that images become the default for the URL schemes that the user has allowed them, and that those of images that are gone are given
 * back. What the user has chosen since stays.
 *
 * @throws AppImageError `io`
 */
export async function planDefaults(
  places: Places,
  { images: before, pending }: Manifest,
  after: readonly ManifestImage[],
): Promise<PlannedDefaults> {
  const path = listPath(places);
  const original = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return '';
    throw ioError(`Cannot read ${path}`, path, cause);
  });
  let text = original;
  const remaining = new Map(after.map((image) => [image.id, image]));
  for (const { id, defaults } of before) {
    for (const { scheme, previous } of defaults) {
      const image = remaining.get(id);
      if (image?.leftAlone === null && image.schemes.includes(scheme)) continue;
      const type = `x-scheme-handler/${scheme}`;
      if (getDefault(text, type) === `${nameOf(id)}.desktop`) text = setDefault(text, type, previous);
    }
  }
  const images = after.map((image): ManifestImage => {
    if (image.install?.schemesAllowed !== true || image.leftAlone !== null) return image;
    const defaults = image.schemes.map((scheme): RecordedDefault => {
      const type = `x-scheme-handler/${scheme}`;
      const current = getDefault(text, type);
      const known = image.defaults.find((each) => each.scheme === scheme);
      // Of a sync that was cut short it is not known whether it got as far as this.
      if (known === undefined || (pending.length > 0 && current === known.previous)) {
        text = setDefault(text, type, `${nameOf(image.id)}.desktop`);
      }
      return known ?? { scheme, previous: current };
    });
    return { ...image, defaults };
  });
  return { images, text: text === original ? null : text };
}

/**
 * Writes the user's choice of applications; what would be empty is removed.
 *
 * @throws AppImageError `io`, `not-permitted` for a symlink that leads out
 */
export async function writeDefaults(places: Places, text: string): Promise<void> {
  const path = listPath(places);
  await checkInside(places.config, path);
  if (isBlank(text)) await rm(path, { force: true });
  else await writeAtomically(path, new TextEncoder().encode(text));
}

function listPath({ config }: Places): string {
  return join(config, 'mimeapps.list');
}
