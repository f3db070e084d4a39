import {
  AppImageError,
  compareFileNames,
  describeIcon,
  INTEGRATION_ICON_SIZES,
  parseThemeFolder,
} from '@appimage-js/format';
import { showPath } from '../show-path.ts';
import { type AppDir, type AppDirFile, resolveEntry, resolveFile } from './app-dir.ts';
import type { DesktopFile } from './desktop-file.ts';
import type { Icon } from './icon.ts';
import type { LocalFiles } from './local-file.ts';
import type { RenderedPicture } from './pictures.ts';

/** A file for the integration zip of a shImg. */
export interface IntegrationFile {
  /** From the AppDir, symlinks resolved. */
  readonly path: string;
  readonly file: AppDirFile;
  /** What was made of it; without these, the file as it is. */
  readonly bytes?: Uint8Array;
}

/** What a shImg shows of an application without its payload. */
export interface IntegrationFiles {
  readonly defaultIcon: IntegrationFile & { readonly format: 'png' | 'svg' };
  /** PNG files of the sizes that the format names, by size. */
  readonly icons: ReadonlyMap<number, IntegrationFile>;
  readonly metainfo: IntegrationFile | null;
}

const HICOLOR = 'usr/share/icons/hicolor';
/** The one size that the description of shImg asks for, in pixels. */
export const THUMBNAIL_SIZE = 256;
/** More is no icon, and no metadata, but a mistake. */
const MAXIMUM_SIZE = 8 * 1024 * 1024;
/** Where the size of a picture is. */
const ICON_HEAD = 16_384;

/** What {@link findIntegrationFiles} looks for. */
export interface IntegrationFilesOptions {
  readonly desktopFile: DesktopFile;
  readonly icon: Icon;
  readonly files: LocalFiles;
  /** What was drawn for an AppDir that has no PNG of that size. */
  readonly thumbnail: RenderedPicture | null;
  readonly metainfo: IntegrationFile | null;
}

/**
 * Finds the icons and the metadata that go into the integration zip.
 *
 * @throws AppImageError `malformed` when no icon is a PNG or SVG file
 */
export async function findIntegrationFiles(
  appDir: AppDir,
  { desktopFile, icon, files, thumbnail, metainfo }: IntegrationFilesOptions,
): Promise<IntegrationFiles> {
  const icons = new Map<number, IntegrationFile>();
  let defaultIcon: IntegrationFiles['defaultIcon'] | undefined;
  for (const path of [icon.path, ...iconPaths(appDir, desktopFile.iconName)]) {
    const found = resolveFile(appDir, path);
    if (found === undefined || found.file.size > MAXIMUM_SIZE) continue;
    const description = await describeIcon(files.readStart(found.file, ICON_HEAD));
    const format = description?.format;
    if (format !== 'png' && format !== 'svg') continue;
    defaultIcon ??= { ...found, format };
    const { width, height } = description ?? {};
    if (format !== 'png' || width === null || width === undefined || width !== height || icons.has(width)) continue;
    if (INTEGRATION_ICON_SIZES.includes(width)) icons.set(width, found);
  }
  const made = thumbnail && resolveFile(appDir, thumbnail.from);
  if (made && !icons.has(THUMBNAIL_SIZE)) icons.set(THUMBNAIL_SIZE, { ...made, bytes: thumbnail.bytes });
  if (made) defaultIcon ??= { ...made, bytes: thumbnail.bytes, format: 'png' };
  if (defaultIcon !== undefined) return { defaultIcon, icons, metainfo };
  throw new AppImageError(
    'malformed',
    `Cannot build from ${showPath(appDir.path)}: the icon in a shImg must be a PNG or SVG file, found ${showPath(icon.path)}; add one of these`,
    { path: appDir.path },
  );
}

/** In the theme first, where the folder tells the size. */
function iconPaths(appDir: AppDir, iconName: string): string[] {
  const theme = resolveEntry(appDir, HICOLOR)?.entry;
  const folders = theme?.type === 'directory' ? [...theme.entries.keys()].toSorted(compareFileNames) : [];
  return [
    ...folders
      .filter((name) => parseThemeFolder(name) !== undefined)
      .map((name) => `${HICOLOR}/${name}/apps/${iconName}`),
    iconName,
    `usr/share/pixmaps/${iconName}`,
  ]
    .flatMap((stem) => [`${stem}.png`, `${stem}.svg`])
    .concat('.DirIcon');
}
