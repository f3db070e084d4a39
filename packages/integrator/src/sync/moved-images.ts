import type { Manifest, ManifestImage } from '../manifest/manifest.ts';
import type { WatchedImage } from './scan-folders.ts';

/** Finds where an image was before it was renamed or moved. */
export interface MovedImages {
  /** By the file itself, which a rename leaves the one that it was. */
  byFile(image: WatchedImage): ManifestImage | undefined;
  /** By what is in it, as on another volume it is another file; its time and size are the same. */
  byContents(image: WatchedImage, name: string | null, version: string | null): ManifestImage | undefined;
}

/** Looks among the images that are known and no longer in their places. */
export function movedImages({ images }: Manifest, present: readonly WatchedImage[]): MovedImages {
  const there = new Set(present.map(({ path }) => path));
  const gone = images.filter(({ path, away }) => !(there.has(path) || away));
  const alike = ({ stamp }: WatchedImage) =>
    gone.filter((last) => last.stamp.size === stamp.size && last.stamp.mtime === stamp.mtime);
  return {
    byFile: (image) =>
      alike(image).find(({ stamp }) => stamp.inode === image.stamp.inode && stamp.device === image.stamp.device),
    byContents: (image, name, version) => alike(image).find((last) => last.name === name && last.version === version),
  };
}
