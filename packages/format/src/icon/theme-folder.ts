/*
 * Folders of an icon theme in the manner of hicolor, whose names say the size.
 * Icon Theme Specification 0.13, "Directory Layout": https://specifications.freedesktop.org/icon-theme-spec/latest/
 */

/** What the name of a size's folder says. */
export interface ThemeFolderName {
  /** Such as `256x256`, `48x48@2` or `scalable`. */
  readonly name: string;
  /** In the units of the desktop, without the scale; null for any. */
  readonly size: number | null;
  /** Pixels in such a unit, in each direction. */
  readonly scale: number;
}

/** What the folder in a theme says about an icon, true or not. */
export interface ThemeFolder extends ThemeFolderName {
  /** The folder in it: `apps`, `mimetypes` …; null where the icon is in the size's folder itself. */
  readonly context: string | null;
}

const SIZED = /^(\d{1,5})(?:x(\d{1,5}))?(?:@(\d{1,2})x?)?$/;
const SCALABLE = /^(?:scalable|symbolic)(?:-up-to-\d+)?(?:@\d{1,2}x?)?$/;

/** Reads the name of a size's folder in hicolor or a theme like it; `undefined` for other folders. */
export function parseThemeFolder(name: string): ThemeFolderName | undefined {
  if (SCALABLE.test(name)) return { name, size: null, scale: 1 };
  const [, width, height, scale] = SIZED.exec(name) ?? [];
  if (width === undefined) return undefined;
  const size = Math.max(Number(width), Number(height ?? 0));
  return size === 0 ? undefined : { name, size, scale: Number(scale) || 1 };
}
