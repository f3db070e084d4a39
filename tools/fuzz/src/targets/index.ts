import type { Target } from '../target.ts';
import { dwarfs, shImg, zip } from './archives.ts';
import { blockTargets } from './blocks.ts';
import { elf } from './elf.ts';
import { image, squashfs } from './images.ts';
import { iso9660 } from './iso9660.ts';
import { appStream, desktopEntry, icon, mimePackage, updateInformation, zsync } from './texts.ts';

/** Everything that reads bytes from strangers, by the name that the command line takes. */
export const targets: Readonly<Record<string, Target>> = {
  image,
  squashfs,
  iso9660,
  elf,
  'desktop-entry': desktopEntry,
  'update-information': updateInformation,
  appstream: appStream,
  mime: mimePackage,
  icon,
  zsync,
  zip,
  shimg: shImg,
  dwarfs,
  ...blockTargets,
};
