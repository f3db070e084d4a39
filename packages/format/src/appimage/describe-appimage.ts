import { type DesktopEntry, parseDesktopEntry } from '../desktop-entry/desktop-entry.ts';
import { getIconString, getLocaleString, getString } from '../desktop-entry/lookup.ts';
import { findSection, readSection } from '../elf/section-content.ts';
import { isAppImageError } from '../errors.ts';
import type { FileEntry } from '../filesystem/readonly-file-system.ts';
import { readWholeFile, resolvePath } from '../filesystem/resolve-path.ts';
import type { ReadOptions } from '../io/byte-source.ts';
import { parseUpdateInformation, type UpdateInformation } from '../update-information/update-information.ts';
import type { ImageType } from './detect-image.ts';
import { findIcon, type Icon } from './find-icon.ts';
import type { AppImage, Payload } from './open-appimage.ts';

/** What an image says about itself. */
export interface AppImageDescription {
  readonly type: ImageType;
  readonly architectures: readonly string[];
  /** Bytes of the whole file. */
  readonly size: number;
  readonly payload: Payload;
  /** From the desktop entry; null where there is none. */
  readonly name: string | null;
  /** `X-AppImage-Version` of the desktop entry. */
  readonly version: string | null;
  /** Path of the desktop entry in the image. */
  readonly desktopEntry: string | null;
  readonly icon: Icon | null;
  /** Path of what is started. */
  readonly entryPoint: string | null;
  readonly updateInformation: UpdateInformation | null;
  /** Whether there is a signature; it is not judged here. */
  readonly signature: { readonly state: 'unsigned' | 'unverified' };
  /** What the file's own runtime needs on the host; null for a bare file system. */
  readonly runtime: { readonly linkage: 'static' | 'dynamic'; readonly interpreter: string | null } | null;
}

/** Options of {@link describeAppImage}. */
export interface DescribeOptions extends ReadOptions {
  /** Locale of the name, such as "de_DE.UTF-8". Default: the unlocalized one. */
  readonly locale?: string;
}

const MAXIMUM_DESKTOP_ENTRY_SIZE = 1_048_576;

/**
 * Collects what an image says about itself. Parts that are missing are null; parts that are damaged are errors.
 *
 * @throws AppImageError `malformed` or `out-of-bounds` for damaged images
 */
export async function describeAppImage(image: AppImage, options: DescribeOptions = {}): Promise<AppImageDescription> {
  const { type, architectures, payload, files, source, elf } = image;
  const found = await findDesktopEntry(image, options);
  const icon = await findIcon(files, found && getIconString(found.entry, 'Icon'), options);
  const locale = options.locale === undefined ? {} : { locale: options.locale };
  return {
    type,
    architectures,
    size: source.size,
    payload,
    name: (found && getLocaleString(found.entry, 'Name', locale)) ?? null,
    version: (found && getString(found.entry, 'X-AppImage-Version')) ?? null,
    desktopEntry: found?.path ?? null,
    icon: icon ?? null,
    entryPoint: (await exists(image, 'AppRun', options)) ? 'AppRun' : null,
    updateInformation: parseUpdateInformation(await sectionOf(image, '.upd_info', options)) ?? null,
    signature: {
      state: (await sectionOf(image, '.sha256_sig', options)).some((byte) => byte !== 0) ? 'unverified' : 'unsigned',
    },
    runtime: elf ? { linkage: elf.interpreter === null ? 'static' : 'dynamic', interpreter: elf.interpreter } : null,
  };
}

/** The first desktop entry in the image's root, by name. */
async function findDesktopEntry(image: AppImage, options: ReadOptions) {
  const { files } = image;
  const candidates = (await files.readDirectory('', options)).filter(({ path }) => path.endsWith('.desktop'));
  for (const { path } of candidates) {
    const file = await tryResolve(image, path, options);
    if (file?.stat.type !== 'file') continue;
    const bytes = await readWholeFile(files, file, { ...options, maximumLength: MAXIMUM_DESKTOP_ENTRY_SIZE });
    const entry: DesktopEntry = parseDesktopEntry(bytes);
    return { path, entry };
  }
  return undefined;
}

async function sectionOf({ source, elf }: AppImage, name: string, options: ReadOptions): Promise<Uint8Array> {
  if (elf === undefined || findSection(elf, name) === undefined) return new Uint8Array(0);
  return readSection(source, elf, name, options);
}

async function exists(image: AppImage, path: string, options: ReadOptions): Promise<boolean> {
  try {
    await image.files.stat(path, options);
    return true;
  } catch (error) {
    if (isAppImageError(error) && error.code === 'not-found') return false;
    throw error;
  }
}

/** A file behind its symlinks; `undefined` where they lead nowhere. */
async function tryResolve({ files }: AppImage, path: string, options: ReadOptions): Promise<FileEntry | undefined> {
  try {
    return await resolvePath(files, path, options);
  } catch (error) {
    if (isAppImageError(error) && error.code === 'not-found') return undefined;
    throw error;
  }
}
