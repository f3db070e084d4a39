import { compareFileNames } from '@appimage-js/format';
import { type AppDir, type AppDirFile, resolveEntry, resolveFile } from './app-dir.ts';
import type { DesktopFile } from './desktop-file.ts';

/** Where AppStream metadata are: today's folder, then that of old. */
export const METAINFO_FOLDERS = ['usr/share/metainfo', 'usr/share/appdata'] as const;
/** Today's suffix and that of old; each is found in both folders. */
export const METAINFO: RegExp = /\.(?:metainfo|appdata)\.xml$/;
/** More is no metadata but a mistake. */
const MAXIMUM_SIZE = 8 * 1024 * 1024;

/** Finds the AppStream metadata: the file named after the desktop entry, else the first one. */
export function findMetainfo(
  appDir: AppDir,
  { name }: DesktopFile,
): { readonly path: string; readonly file: AppDirFile } | null {
  const id = name.replace(/\.desktop$/, '');
  const paths = METAINFO_FOLDERS.flatMap((folder) => {
    const entry = resolveEntry(appDir, folder)?.entry;
    const names = entry?.type === 'directory' ? [...entry.entries.keys()] : [];
    return names
      .filter((file) => METAINFO.test(file))
      .toSorted(compareFileNames)
      .map((file) => `${folder}/${file}`);
  });
  const own = paths.find((path) => path.replace(/^.*\//, '').replace(METAINFO, '') === id);
  const found = own ?? paths[0];
  const resolved = found === undefined ? undefined : resolveFile(appDir, found);
  return resolved === undefined || resolved.file.size > MAXIMUM_SIZE ? null : resolved;
}
