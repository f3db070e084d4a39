import {
  type AppImage,
  type AppImageDescription,
  describeAppImage,
  findIcons,
  findMimePackages,
  getIconString,
  type Icon,
  isAppImageError,
  type MimeType,
  parseDesktopEntry,
  type ReadOptions,
  readWholeFile,
  resolvePath,
} from '@appimage-js/format';
import { openAppImage } from '@appimage-js/format/node';
import type { ImageContents, ImageIcon } from './image-contents.ts';

const MAXIMUM_ICON_SIZE = 4 * 1_048_576;
const MAXIMUM_ICONS = 200;
/** Of all together, as they are in memory at the same time, and are written to the user's disk. */
const MAXIMUM_ICONS_SIZE = 32 * 1_048_576;
/** Applications that bring small icons in the theme often have a large one beside it. */
const GOOD_SIZE = 128;
const MAXIMUM_METAINFO_SIZE = 1_048_576;
const MAXIMUM_ENTRY_SIZE = 1_048_576;
/** Copies of databases that every system has. */
const SYSTEM_PACKAGES = /(?:^|\/)(?:freedesktop\.org|kde|gnome|kde[56])\.xml$/;

/**
 * Reads what an image brings along for the desktop. What is damaged is left out and told in `remarks`, so that a broken icon
 * keeps nobody from the application.
 *
 * @throws AppImageError `unsupported` for what is no AppImage, and as `openAppImage` does
 */
export async function inspectImage(path: string, options: ReadOptions = {}): Promise<ImageContents> {
  await using image = await openAppImage(path, options);
  const description = await describeAppImage(image, options);
  const remarks = description.problems.map(({ message }) => message);
  if (image.problem !== undefined) throw image.problem;
  const entry = await readOrRemark(remarks, () => readEntry(image, description, options));
  const iconName = entry === null ? undefined : getIconString(entry, 'Icon');
  return {
    mimeType: description.type === 'type-1' ? 'application/x-iso9660-appimage' : 'application/vnd.appimage',
    entry,
    name: description.name,
    version: description.version,
    updateInformation: description.updateInformation?.raw ?? null,
    appStreamId: description.appStream?.id ?? null,
    icons: (await readOrRemark(remarks, () => readIcons(image, iconName, remarks, options))) ?? [],
    mimeTypes: (await readOrRemark(remarks, () => readMimeTypes(image, options))) ?? [],
    metainfo: await readOrRemark(remarks, () => readMetainfo(image, description, options)),
    remarks: [...new Set(remarks)],
  };
}

/** Whether an icon looks well in a menu and as a thumbnail. */
function isGood({ format, width, height }: Icon): boolean {
  return format === 'svg' || format === 'svgz' || Math.max(width ?? 0, height ?? 0) >= GOOD_SIZE;
}

/** The image's desktop entry; null where it has none. */
export async function readEntry({ files }: AppImage, { desktopEntry }: AppImageDescription, options: ReadOptions) {
  if (desktopEntry === null) return null;
  const file = await resolvePath(files, desktopEntry, options);
  return parseDesktopEntry(await readWholeFile(files, file, { ...options, maximumLength: MAXIMUM_ENTRY_SIZE }));
}

/** All that show the application, of the first place that has a good one; then those of file types. */
async function readIcons(
  { files }: AppImage,
  iconName: string | undefined,
  remarks: string[],
  options: ReadOptions,
): Promise<ImageIcon[]> {
  const found = await findIcons(files, iconName, options);
  const own = found.filter(({ purpose }) => purpose === 'application');
  const themed = own.filter(({ place }) => place === 'theme');
  const chosen = [...(themed.some(isGood) ? themed : own), ...found.filter(({ purpose }) => purpose !== 'application')];
  if (chosen.length > MAXIMUM_ICONS)
    remarks.push(`There are ${chosen.length} icons, of which ${MAXIMUM_ICONS} are taken`);
  const icons: ImageIcon[] = [];
  let left = MAXIMUM_ICONS_SIZE;
  for (const icon of chosen.slice(0, MAXIMUM_ICONS)) {
    const content = await readOrRemark(remarks, () => readIcon(files, icon, options));
    if (content === null) continue;
    left -= content.length;
    if (left < 0) {
      remarks.push(`The icons have more than ${MAXIMUM_ICONS_SIZE} bytes, of which no more are taken`);
      break;
    }
    icons.push({ icon, content });
  }
  return icons;
}

/** An icon's bytes. */
export async function readIcon(files: AppImage['files'], icon: Icon, options: ReadOptions): Promise<Uint8Array> {
  const file = await resolvePath(files, icon.realPath, options);
  return readWholeFile(files, file, { ...options, maximumLength: MAXIMUM_ICON_SIZE });
}

async function readMimeTypes({ files }: AppImage, options: ReadOptions): Promise<MimeType[]> {
  const packages = await findMimePackages(files, options);
  return packages.filter(({ path }) => !SYSTEM_PACKAGES.test(path)).flatMap(({ types }) => types);
}

async function readMetainfo({ files }: AppImage, { appStream }: AppImageDescription, options: ReadOptions) {
  if (appStream === null) return null;
  const file = await resolvePath(files, appStream.path, options);
  return readWholeFile(files, file, { ...options, maximumLength: MAXIMUM_METAINFO_SIZE });
}

/** What fails because of the image is a remark; what fails because of the host, or was stopped, goes through. */
export async function readOrRemark<Value>(remarks: string[], work: () => Promise<Value>): Promise<Value | null> {
  try {
    return await work();
  } catch (error) {
    if (!isAppImageError(error) || error.code === 'io') throw error;
    remarks.push(error.message);
    return null;
  }
}
