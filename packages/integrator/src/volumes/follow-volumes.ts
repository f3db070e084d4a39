import { stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Manifest, ManifestImage } from '../manifest/manifest.ts';
import type { Volumes } from './volumes.ts';

/**
 * The manifest with the images that somebody has installed where their volumes are mounted today: a medium is not always given the same
 * folder. Images that were only found belong to a watched folder, and stay where that is.
 */
export async function followVolumes(manifest: Manifest, volumes: Volumes): Promise<Manifest> {
  const images: ManifestImage[] = [];
  for (const image of manifest.images) images.push(await follow(image, volumes));
  return { ...manifest, images };
}

async function follow(image: ManifestImage, volumes: Volumes): Promise<ManifestImage> {
  const { path, volume, install } = image;
  if (volume === null || install === null) return image;
  const place = volumes.whereIs(volume);
  if (place === null || place === volume.mountPoint || !path.startsWith(`${volume.mountPoint}/`)) return image;
  const moved = join(place, relative(volume.mountPoint, path));
  const isThere = await stat(moved).then(
    (facts) => facts.isFile(),
    () => false,
  );
  return isThere ? { ...image, path: moved } : image;
}
