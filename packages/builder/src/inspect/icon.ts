import { AppImageError, parseThemeFolder } from '@appimage-js/format';
import { showPath } from '../show-path.ts';
import { type AppDir, resolveEntry, resolveFile } from './app-dir.ts';
import type { DesktopFile } from './desktop-file.ts';

/** The application's icon and what the root of the AppDir has of it. */
export interface Icon {
  /** The file, from the AppDir, symlinks resolved. */
  readonly path: string;
  /** Its name in the root, such as `app.png`; null when the root has none and one is to be made. */
  readonly rootName: string | null;
  /** Whether the root has a `.DirIcon` that can be read. */
  readonly hasDirIcon: boolean;
}

const SUFFIXES = ['.png', '.svg', '.xpm'];
const HICOLOR = 'usr/share/icons/hicolor';
/** What a `.DirIcon` should measure, in pixels. */
const DIR_ICON_SIZE = 256;

/**
 * Finds the icon that the desktop entry names: in the root, in the hicolor theme, among the pixmaps, or as `.DirIcon`.
 *
 * @throws AppImageError `malformed` when there is none
 */
export function findIcon(appDir: AppDir, { name: desktopFileName, iconName }: DesktopFile): Icon {
  const hasDirIcon = resolveFile(appDir, '.DirIcon') !== undefined;
  const rootName = SUFFIXES.map((suffix) => iconName + suffix).find((name) => resolveFile(appDir, name)) ?? null;
  const candidates = [...(rootName === null ? [] : [rootName]), ...iconCandidates(appDir, iconName)];
  for (const candidate of candidates) {
    const resolved = resolveFile(appDir, candidate);
    if (resolved !== undefined) return { path: resolved.path, rootName, hasDirIcon };
  }
  throw new AppImageError(
    'malformed',
    `Cannot build from ${showPath(appDir.path)}: AppDir must have the icon that ${showPath(desktopFileName)} names, found none; ` +
      `add ${showPath(`${iconName}.png`)}, .svg or .xpm to its root or to ${HICOLOR}/256x256/apps`,
    { path: appDir.path },
  );
}

/** Paths where the icon may be, but for the root, those that fit best first; not all of them are there. */
export function iconCandidates(appDir: AppDir, iconName: string): string[] {
  return [...themedCandidates(appDir, iconName), '.DirIcon'];
}

function themedCandidates(appDir: AppDir, iconName: string): string[] {
  if (resolveEntry(appDir, 'usr/share') === undefined) return [];
  return [
    ...sizedFolders(appDir).map((folder) => `${HICOLOR}/${folder}/apps/${iconName}.png`),
    `${HICOLOR}/scalable/apps/${iconName}.svg`,
    ...SUFFIXES.map((suffix) => `usr/share/pixmaps/${iconName}${suffix}`),
  ];
}

/** What fits a `.DirIcon` best comes first; a larger one is better than a smaller one. */
function sizedFolders(appDir: AppDir): string[] {
  const theme = resolveEntry(appDir, HICOLOR)?.entry;
  const names = theme?.type === 'directory' ? [...theme.entries.keys()].sort() : [];
  const folders = names.flatMap((name) => {
    const folder = parseThemeFolder(name);
    return folder === undefined || folder.size === null ? [] : [{ name, pixels: folder.size * folder.scale }];
  });
  const larger = folders.filter(({ pixels }) => pixels >= DIR_ICON_SIZE);
  const smaller = folders.filter(({ pixels }) => pixels < DIR_ICON_SIZE);
  return [
    ...larger.sort((left, right) => left.pixels - right.pixels),
    ...smaller.sort((left, right) => right.pixels - left.pixels),
  ].map(({ name }) => name);
}
