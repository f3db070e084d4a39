import { AppImageError, findSection } from '@appimage-js/format';
import type { Runtime } from '../inspect/runtime.ts';

/** How the runtime is to make the contents of the image readable; the words of the variable `APPIMAGE_MOUNT`. */
export type MountWay = (typeof MOUNT_WAYS)[number];

/** All that {@link MountWay} can be. */
export const MOUNT_WAYS = ['auto', 'root', 'fusermount', 'userns', 'extract', 'keep'] as const;

/**
 * Checks a way to mount before anything is written.
 *
 * @throws RangeError when there is no such way
 * @throws AppImageError `unsupported` when the runtime has no place to keep it, as that of a shImg
 */
export function checkMountWay(way: MountWay, { elf, file }: Runtime): void {
  if (!MOUNT_WAYS.includes(way)) {
    throw new RangeError(`Cannot plan build: mount must be ${MOUNT_WAYS.join(', ')}, found ${way}`);
  }
  if (elf === null) {
    throw new AppImageError(
      'unsupported',
      'Cannot embed a way to mount: the image must be of type 2, found a shImg, which has no place for it; leave it out',
    );
  }
  if (findSection(elf, '.mount_mode') !== undefined) return;
  throw new AppImageError(
    'unsupported',
    'Cannot embed a way to mount: the runtime must have a section .mount_mode, found none; leave it out, or use the ' +
      'runtime that comes with this toolkit',
    file === null ? {} : { path: file },
  );
}
