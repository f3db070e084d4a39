import { isAbsolute, join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { homeFolder } from './home-folder.ts';

/**
 * Where pins and per-file settings are kept: they are worth a backup and valid on another machine, so that they are data and not state by the
 * words of the XDG Base Directory Specification. `$XDG_DATA_HOME/appimage/updater`, with `~/.local/share` where the
 * variable is not set or not absolute; on macOS `~/Library/Application Support`, on Windows `%LOCALAPPDATA%` in front.
 *
 * @throws AppImageError `not-found` where the user has no folder of the own
 */
export function defaultDataFolder(environment: Readonly<NodeJS.ProcessEnv> = process.env): string {
  const own = ['appimage', 'updater'];
  const { XDG_DATA_HOME: xdg, LOCALAPPDATA: local } = environment;
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, ...own);
  const home = homeFolder(environment);
  if (home === undefined) {
    const message = 'Cannot find the folder for pinned keys: the user has no home folder; set HOME or XDG_DATA_HOME';
    throw new AppImageError('not-found', message);
  }
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', ...own);
  if (process.platform === 'win32') return join(local || join(home, 'AppData', 'Local'), ...own);
  return join(home, '.local', 'share', ...own);
}
