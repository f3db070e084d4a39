import { isAppImageError } from '../errors.ts';
import type { FileEntry, ReadonlyFileSystem } from '../filesystem/readonly-file-system.ts';
import { readWholeFile, resolvePath } from '../filesystem/resolve-path.ts';
import type { ReadOptions } from '../io/byte-source.ts';
import { describeIcon, type IconFormat } from './icon-format.ts';

/** An icon that represents the application. */
export interface Icon {
  readonly path: string;
  readonly format: IconFormat;
  /** Pixels; null where the format or the file does not say. */
  readonly width: number | null;
  readonly height: number | null;
}

const EXTENSIONS = ['png', 'svg', 'svgz', 'xpm'];
const THEME_SIZES = ['256x256', '512x512', '128x128', 'scalable', '1024x1024', '96x96', '64x64', '48x48', '32x32'];
const MAXIMUM_ICON_SIZE = 16 * 1_048_576;

/**
 * Finds the icon by the name that the desktop entry gives: in the root first, as the specification prefers, then in the
 * hicolor theme, then `.DirIcon`. `undefined` when there is none that can be read.
 */
export async function findIcon(
  files: ReadonlyFileSystem,
  iconName: string | undefined,
  options?: ReadOptions,
): Promise<Icon | undefined> {
  for (const path of iconCandidates(iconName)) {
    const icon = await readIcon(files, path, options);
    if (icon) return icon;
  }
  return undefined;
}

function* iconCandidates(iconName: string | undefined): Generator<string> {
  if (iconName !== undefined && iconName !== '' && !iconName.includes('/')) {
    for (const extension of EXTENSIONS) yield `${iconName}.${extension}`;
    if (EXTENSIONS.some((extension) => iconName.endsWith(`.${extension}`))) yield iconName;
    for (const size of THEME_SIZES) {
      for (const extension of EXTENSIONS) yield `usr/share/icons/hicolor/${size}/apps/${iconName}.${extension}`;
    }
  }
  yield '.DirIcon';
}

async function readIcon(files: ReadonlyFileSystem, path: string, options?: ReadOptions): Promise<Icon | undefined> {
  let file: FileEntry;
  try {
    file = await resolvePath(files, path, options);
  } catch (error) {
    if (isAppImageError(error) && (error.code === 'not-found' || error.code === 'malformed')) return undefined;
    throw error;
  }
  if (file.stat.type !== 'file' || file.stat.size > MAXIMUM_ICON_SIZE) return undefined;
  const description = describeIcon(await readWholeFile(files, file, { ...options, maximumLength: MAXIMUM_ICON_SIZE }));
  return description && { path, ...description };
}
