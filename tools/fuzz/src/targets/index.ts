import type { Target } from '../target.ts';
import { squashfs } from './images.ts';
import { appStream, desktopEntry, icon, mimePackage, updateInformation, zsync } from './texts.ts';

/** Everything that reads bytes from strangers, by the name that the command line takes. */
export const targets: Readonly<Record<string, Target>> = {
  squashfs,
  'desktop-entry': desktopEntry,
  'update-information': updateInformation,
  appstream: appStream,
  mime: mimePackage,
  icon,
  zsync,
};
