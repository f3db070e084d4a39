import type { ReadonlyFileSystem } from '../filesystem/readonly-file-system.ts';
import type { ReadOptions } from '../io/byte-source.ts';
import type { Icon } from './icon.ts';
import { listCandidates } from './list-candidates.ts';
import { measureIcon } from './measure-icon.ts';

/**
 * Finds the icon that represents the application, in the order that the AppImage specification has since 2018: in the hicolor
 * theme the one that fits 256 pixels best, then the one in the root, then `.DirIcon`. A path in `Icon=` comes before all of
 * these, folders without theme after them. What is no icon by its content is passed over.
 *
 * @param iconName the value of `Icon=` in the desktop entry: a name, one with a suffix, or a path
 * @returns `undefined` where there is none
 * @throws AppImageError as the image does for files that can not be read, `limit` for a theme of more than 256 sizes
 */
export async function findIcon(
  files: ReadonlyFileSystem,
  iconName: string | undefined,
  options?: ReadOptions,
): Promise<Icon | undefined> {
  for await (const candidate of listCandidates(files, iconName, { ...options, withFileTypes: false })) {
    if (candidate.purpose !== 'application') continue;
    const icon = await measureIcon(files, candidate, options);
    if (icon !== undefined) return icon;
  }
  return undefined;
}
