import type { IconDescription } from './format/icon-description.ts';
import type { ThemeFolder } from './theme-folder.ts';

/**
 * Where an icon was found: at the path that the desktop entry gives, in the hicolor theme, in the root of the image, as
 * `.DirIcon`, or in a folder without theme (`usr/share/pixmaps`, `usr/share/icons`).
 */
export type IconPlace = 'path' | 'theme' | 'root' | 'dir-icon' | 'unthemed';

/** What an icon stands for: the application, the same in the colors of the text, or files of a type. */
export type IconPurpose = 'application' | 'symbolic' | 'file-type';

/** An icon in an image, with its true size. */
export interface Icon extends IconDescription {
  /** Path in the image. */
  readonly path: string;
  /** The same without symlinks. */
  readonly realPath: string;
  readonly place: IconPlace;
  readonly purpose: IconPurpose;
  /** What its folder says about it; null outside of the theme. */
  readonly themeFolder: ThemeFolder | null;
}
