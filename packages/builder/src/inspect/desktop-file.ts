import {
  AppImageError,
  type AppImageErrorDetails,
  type DesktopEntry,
  getIconString,
  getString,
  isAppImageError,
  parseDesktopEntry,
} from '@appimage-js/format';
import { showPath } from '../show-path.ts';
import { type AppDir, resolveFile } from './app-dir.ts';
import type { LocalFiles } from './local-file.ts';

/** The desktop entry in the root of the AppDir. */
export interface DesktopFile {
  /** Its name in the root. */
  readonly name: string;
  /** The file that it is, which is elsewhere when the name in the root is a symlink. */
  readonly path: string;
  readonly entry: DesktopEntry;
  /** Untranslated `Name`. */
  readonly appName: string;
  /** The name of the icon, without path and suffix. */
  readonly iconName: string;
}

const MAXIMUM_SIZE = 1024 * 1024;

/**
 * Finds the one desktop entry in the root and reads what a build needs of it.
 *
 * @throws AppImageError `malformed` when there is none or more than one, or it lacks its name or icon
 */
export function readDesktopFile(appDir: AppDir, files: LocalFiles): DesktopFile {
  const name = onlyDesktopFile(appDir);
  const resolved = resolveFile(appDir, name);
  if (resolved === undefined) {
    throw malformed(appDir, name, 'it must be a file, or a symlink to a file in the AppDir');
  }
  if (resolved.file.size > MAXIMUM_SIZE) throw malformed(appDir, name, `it must have at most ${MAXIMUM_SIZE} bytes`);
  const entry = parse(appDir, name, files.readStart(resolved.file, MAXIMUM_SIZE));
  const appName = getString(entry, 'Name')?.trim();
  if (appName === undefined || appName === '') {
    throw malformed(appDir, name, 'it must have the key Name in the group [Desktop Entry]');
  }
  const type = getString(entry, 'Type') ?? 'Application';
  if (type !== 'Application') {
    // White space after a value belongs to it: readers would not take this entry for an application, either.
    const remedy = type.trim() === 'Application' ? '; take away the white space around it' : '';
    throw malformed(appDir, name, `its Type must be Application, found ${JSON.stringify(type)}${remedy}`);
  }
  return { name, path: resolved.path, entry, appName, iconName: iconName(appDir, name, entry) };
}

function onlyDesktopFile(appDir: AppDir): string {
  const names = [...appDir.root.entries.keys()].filter((name) => name.endsWith('.desktop')).sort();
  if (names[0] !== undefined && names.length === 1) return names[0];
  const found = names.length === 0 ? 'none' : names.map(showPath).join(', ');
  const remedy = names.length === 0 ? 'put one there' : 'keep the one of the application there';
  throw new AppImageError(
    'malformed',
    `Cannot build from ${showPath(appDir.path)}: AppDir must have exactly one desktop entry (*.desktop) in its root, found ${found}; ${remedy}`,
    { path: appDir.path },
  );
}

function parse(appDir: AppDir, name: string, bytes: Uint8Array): DesktopEntry {
  try {
    return parseDesktopEntry(bytes);
  } catch (cause) {
    if (!isAppImageError(cause)) throw cause;
    const { message, offset } = cause;
    const reason = message.charAt(0).toLowerCase() + message.slice(1);
    throw malformed(appDir, name, reason, offset === undefined ? { cause } : { cause, offset });
  }
}

function iconName(appDir: AppDir, name: string, entry: DesktopEntry): string {
  const icon = getIconString(entry, 'Icon');
  if (icon === undefined || icon === '') {
    throw malformed(appDir, name, 'it must name an icon (Icon=), without path and suffix');
  }
  if (icon.includes('/') || icon.startsWith('.') || /\.(png|svgz?|xpm)$/i.test(icon)) {
    throw malformed(appDir, name, `its Icon must be a name without path and suffix, found ${showPath(icon)}`);
  }
  return icon;
}

function malformed(appDir: AppDir, name: string, message: string, details: AppImageErrorDetails = {}): AppImageError {
  const path = `${appDir.path}/${name}`;
  return new AppImageError('malformed', `Cannot use ${showPath(path)}: ${message}`, { ...details, path });
}
