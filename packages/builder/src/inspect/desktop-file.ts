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
import { type AppDir, resolveEntry, resolveFile } from './app-dir.ts';
import type { LocalFiles } from './local-file.ts';

/** The desktop entry of the application. */
export interface DesktopFile {
  /** Its name in the root of the image. */
  readonly name: string;
  /** The file that it is in the image, which is elsewhere when the name in the root is a symlink. */
  readonly path: string;
  /** Where it was found: in a folder for desktop entries, where the root has none. */
  readonly source: string;
  /** Others in the root, which the image does not have there. */
  readonly others: readonly string[];
  readonly entry: DesktopEntry;
  /** Untranslated `Name`. */
  readonly appName: string;
  /** The name of the icon, without path and suffix. */
  readonly iconName: string;
}

/** Which desktop entry to take. */
export interface DesktopFileChoice {
  /** Its name, with or without `.desktop`. Default: the only one that there is. */
  readonly wanted?: string | undefined;
}

const MAXIMUM_SIZE = 1024 * 1024;
const SUFFIX = '.desktop';
/** Where desktop entries are installed. */
const FOLDERS = ['usr/share/applications', 'usr/local/share/applications'];

/**
 * Finds the application's desktop entry, in the root or else where desktop entries are installed, and reads what a build needs
 * of it.
 *
 * @throws AppImageError `malformed` when there is none or more than one, or it lacks its name or icon
 */
export function readDesktopFile(appDir: AppDir, files: LocalFiles, choice: DesktopFileChoice = {}): DesktopFile {
  const found = chooseDesktopFile(appDir, choice);
  const { name, isInRoot } = found;
  const resolved = resolveFile(appDir, found.source);
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
  return {
    name,
    path: isInRoot ? resolved.path : name,
    source: resolved.path,
    others: found.others,
    entry,
    appName,
    iconName: iconName(appDir, name, entry),
  };
}

/** A desktop entry before it is read. */
interface FoundDesktopFile {
  readonly name: string;
  readonly source: string;
  readonly isInRoot: boolean;
  readonly others: readonly string[];
}

function chooseDesktopFile(appDir: AppDir, { wanted }: DesktopFileChoice): FoundDesktopFile {
  const inRoot = namesIn(appDir, '');
  const installed = FOLDERS.flatMap((folder) => namesIn(appDir, folder).map((name) => `${folder}/${name}`)).filter(
    (path) => resolveFile(appDir, path) !== undefined,
  );
  const paths = inRoot.length > 0 && wanted === undefined ? inRoot : [...inRoot, ...installed];
  const matching = wanted === undefined ? paths : paths.filter((path) => isNamed(path, wanted));
  // The same name in several places is one entry, of which that in the root counts.
  const [source] = matching;
  if (source === undefined || new Set(matching.map(nameOf)).size > 1) throw notOne(appDir, { paths, wanted });
  return {
    name: nameOf(source),
    source,
    isInRoot: !source.includes('/'),
    others: inRoot.filter((name) => name !== source),
  };
}

function namesIn(appDir: AppDir, folder: string): string[] {
  const directory = resolveEntry(appDir, folder)?.entry;
  const names = directory?.type === 'directory' ? [...directory.entries.keys()] : [];
  return names.filter((name) => name.endsWith(SUFFIX)).sort();
}

function isNamed(path: string, wanted: string): boolean {
  return nameOf(path) === wanted || nameOf(path) === wanted + SUFFIX || path === wanted;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function notOne(
  appDir: AppDir,
  { paths, wanted }: { readonly paths: readonly string[]; readonly wanted: string | undefined },
): AppImageError {
  const found = paths.length === 0 ? 'none' : paths.map(showPath).join(', ');
  const remedy =
    paths.length === 0
      ? 'put one into its root'
      : 'name the one of the application (desktop, on the command line --desktop)';
  const what = wanted === undefined ? 'exactly one desktop entry (*.desktop)' : `the desktop entry ${showPath(wanted)}`;
  return new AppImageError(
    'malformed',
    `Cannot build from ${showPath(appDir.path)}: AppDir must have ${what} in its root or in ${FOLDERS[0]}, found ${found}; ${remedy}`,
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
