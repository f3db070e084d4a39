import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where pins and per-file settings are kept: they are worth a backup and valid on another machine, so that they are data and not state by the
 * words of the XDG Base Directory Specification. `$XDG_DATA_HOME/appimage/updater`, with `~/.local/share` where the
 * variable is not set or not absolute; on macOS `~/Library/Application Support`, on Windows `%LOCALAPPDATA%` in front.
 */
export function defaultDataFolder(environment: Readonly<NodeJS.ProcessEnv> = process.env): string {
  const own = ['appimage', 'updater'];
  const { XDG_DATA_HOME: xdg, LOCALAPPDATA: local } = environment;
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, ...own);
  const home = environment['HOME'] || homedir();
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', ...own);
  if (process.platform === 'win32') return join(local || join(home, 'AppData', 'Local'), ...own);
  return join(home, '.local', 'share', ...own);
}
