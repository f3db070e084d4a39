import { AppImageError } from '../errors.ts';
import type { FileEntry, ReadonlyFileSystem } from '../filesystem/readonly-file-system.ts';
import { type ListedFile, listFolder, listResolvedFolder, tryResolve } from '../filesystem/try-resolve.ts';
import type { ReadOptions } from '../io/byte-source.ts';
import { compareFits, type IconFit } from './choose-icon.ts';
import type { Icon, IconPurpose } from './icon.ts';
import { type IconName, iconFileStem, matchIconFile, parseIconName, suffixRank } from './icon-name.ts';
import { parseThemeFolder, type ThemeFolder } from './theme-folder.ts';

/** A file that is an icon by its name and place; what is in it was not looked at. */
export interface IconCandidate extends Pick<Icon, 'path' | 'place' | 'purpose' | 'themeFolder'> {
  readonly file: FileEntry;
}

const THEME_PATH = 'usr/share/icons/hicolor';
/** The Icon Theme Specification has these as the places for icons that are in no theme. */
const UNTHEMED_PATHS = ['usr/share/icons', 'usr/share/pixmaps'];
const APP_CONTEXT = 'apps';
const MIME_CONTEXT = 'mimetypes';
const MAXIMUM_THEME_FOLDERS = 256;

/** The size that the AppImage specification asks for. */
const PREFERRED_SIZE = 256;

/**
 * Lists the files that are the application's icons by their names, in the order in which the AppImage specification prefers
 * them: at the path that was given, in the hicolor theme, in the root, `.DirIcon`; after these, in the folders without theme.
 * Only folders are read. Symlinks that lead nowhere are left out.
 */
export async function* listCandidates(
  files: ReadonlyFileSystem,
  iconName: string | undefined,
  options: ReadOptions & { readonly withFileTypes: boolean },
): AsyncGenerator<IconCandidate, void, undefined> {
  const name = parseIconName(iconName ?? '');
  if (name.path !== null) yield* listPath(files, name.path, options);
  yield* listTheme(files, name, options);
  yield* listRoot(files, name, options);
  for (const folder of name.names.length === 0 ? [] : UNTHEMED_PATHS) {
    const listed = await listFolder(files, folder, { ...options, isWanted: (file) => isNamed(file, name) });
    yield* inOrder(listed).map((each) => candidate(each, 'unthemed', purposeOf(each, name)));
  }
}

async function* listPath(files: ReadonlyFileSystem, path: string, options: ReadOptions) {
  const file = await tryResolve(files, path, options);
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (file?.stat.type === 'file') yield candidate({ path, name, file }, 'path', 'application');
}

async function* listRoot(files: ReadonlyFileSystem, name: IconName, options: ReadOptions) {
  const isWanted = (file: string) => file === '.DirIcon' || isNamed(file, name);
  const listed = await listFolder(files, '', { ...options, isWanted });
  const named = inOrder(listed.filter((each) => each.name !== '.DirIcon'));
  yield* named.map((each) => candidate(each, 'root', purposeOf(each, name)));
  const dirIcon = listed.filter((each) => each.name === '.DirIcon');
  yield* inOrder(dirIcon).map((each) => candidate(each, 'dir-icon', 'application'));
}

/** The size that fits best first. */
async function* listTheme(
  files: ReadonlyFileSystem,
  name: IconName,
  { withFileTypes, ...options }: ReadOptions & { readonly withFileTypes: boolean },
) {
  const found: IconCandidate[] = [];
  const contexts = withFileTypes ? [APP_CONTEXT, MIME_CONTEXT] : [APP_CONTEXT];
  for (const { folder, listed } of await listThemeFolders(files, options)) {
    const isWanted = (file: string) => contexts.includes(file) || isNamed(file, name);
    const inFolder = await listResolvedFolder(files, listed, { ...options, isWanted });
    for (const context of inFolder.filter((each) => contexts.includes(each.name))) {
      const icons = await listResolvedFolder(files, context, { ...options, isWanted: iconFilter(context.name, name) });
      found.push(...themed(icons, { ...folder, context: context.name }, name));
    }
    found.push(...themed(inFolder, { ...folder, context: null }, name));
  }
  const compare = compareFits(PREFERRED_SIZE);
  yield* found.toSorted((left, right) => compare(declaredFit(left), declaredFit(right)));
}

async function listThemeFolders(files: ReadonlyFileSystem, options: ReadOptions) {
  const isWanted = (folder: string) => parseThemeFolder(folder) !== undefined;
  const listed = await listFolder(files, THEME_PATH, { ...options, isWanted });
  if (listed.length > MAXIMUM_THEME_FOLDERS) {
    throw new AppImageError(
      'limit',
      `Cannot find icons: theme must have at most ${MAXIMUM_THEME_FOLDERS} sizes, found ${listed.length}`,
      { path: THEME_PATH },
    );
  }
  return listed.flatMap((each) => {
    const folder = parseThemeFolder(each.name);
    return folder === undefined ? [] : [{ folder, listed: each }];
  });
}

function themed(listed: readonly ListedFile[], themeFolder: ThemeFolder, name: IconName): IconCandidate[] {
  return inOrder(listed).map((each) => ({
    ...candidate(each, 'theme', themedPurpose(each, themeFolder, name)),
    themeFolder,
  }));
}

function themedPurpose(listed: ListedFile, { name: folder, context }: ThemeFolder, name: IconName): IconPurpose {
  if (context === MIME_CONTEXT) return 'file-type';
  return folder.startsWith('symbolic') ? 'symbolic' : purposeOf(listed, name);
}

/** In the folder for file types each icon is the application's. */
function iconFilter(context: string, name: IconName): (fileName: string) => boolean {
  if (context === MIME_CONTEXT) return (fileName) => iconFileStem(fileName) !== undefined;
  return (fileName) => isNamed(fileName, name);
}

function candidate({ path, file }: ListedFile, place: IconCandidate['place'], purpose: IconPurpose): IconCandidate {
  return { path, file, place, purpose, themeFolder: null };
}

function purposeOf({ name: fileName }: ListedFile, name: IconName): IconPurpose {
  return matchIconFile(fileName, name) ?? 'application';
}

function isNamed(fileName: string, name: IconName): boolean {
  return matchIconFile(fileName, name) !== undefined;
}

/** Regular files, PNG before SVG and so on; the rest in the order of the image. */
function inOrder(listed: readonly ListedFile[]): ListedFile[] {
  return listed
    .filter(({ file }) => file.stat.type === 'file')
    .toSorted((left, right) => suffixRank(left.name) - suffixRank(right.name));
}

/** What name and folder promise. */
function declaredFit({ path, themeFolder }: IconCandidate): IconFit {
  const isScalable = /\.svgz?$/i.test(path);
  const size = themeFolder?.size ?? null;
  return { format: isScalable ? 'svg' : null, pixels: size === null ? null : size * (themeFolder?.scale ?? 1) };
}
