import { findAppStream } from '../appstream/find-appstream.ts';
import { getIconString, getLocaleString, getString, getStringList } from '../desktop-entry/lookup.ts';
import { AppImageError } from '../errors.ts';
import type { ReadonlyFileSystem } from '../filesystem/readonly-file-system.ts';
import { findIcon } from '../icon/find-icon.ts';
import type { Icon } from '../icon/icon.ts';
import type { ReadOptions } from '../io/byte-source.ts';
import type { UpdateInformation } from '../update-information/update-information.ts';
import { chooseTranslation, type Translations } from '../xml/translations.ts';
import { describeHeader, type SignatureDescription } from './describe-header.ts';
import { describeZip } from './describe-zip.ts';
import type { ImageType } from './detect-image.ts';
import { type FoundDesktopEntry, findDesktopEntry, readDesktopEntry } from './find-desktop-entry.ts';
import { checkEntryPoint, findEntryPoint } from './find-entry-point.ts';
import { type ImageProblem, readOrProblem } from './image-problem.ts';
import type { AppImage } from './open-appimage.ts';
import type { Payload } from './open-payload.ts';
import { refineType } from './refine-type.ts';
import type { RuntimeNeeds } from './runtime-needs.ts';

/** What an image says about itself; whatever it does not say, and what is too damaged to be read, is null. */
export interface AppImageDescription {
  readonly type: ImageType;
  /** In the specification's spelling: `x86_64`, `i686`, `armhf`, `aarch64`. */
  readonly architectures: readonly string[];
  /** Bytes of the whole file. */
  readonly size: number;
  readonly payload: Payload | null;
  /** From the desktop entry, else from AppStream. */
  readonly name: string | null;
  /** `X-AppImage-Version` of the desktop entry, else the first release that AppStream lists. */
  readonly version: string | null;
  /** One line about the application: AppStream's summary, else the desktop entry's comment. */
  readonly summary: string | null;
  /** Path of the desktop entry in the image. */
  readonly desktopEntry: string | null;
  readonly icon: Icon | null;
  readonly appStream: AppStreamDescription | null;
  /** MIME types and, as `x-scheme-handler/…`, URL schemes that the desktop entry names. */
  readonly mimeTypes: readonly string[];
  /** Path of what is started. */
  readonly entryPoint: string | null;
  readonly updateInformation: UpdateInformation | null;
  readonly signature: SignatureDescription;
  /** What the file's own runtime needs on the host; null where there is none. */
  readonly runtime: RuntimeNeeds | null;
  /** Parts that are not as they should be; empty for an image without a flaw that was noticed. */
  readonly problems: readonly ImageProblem[];
}

/** Where an image's AppStream metadata are, and what they are of; `parseAppStream` reads all that they say. */
export interface AppStreamDescription {
  /** Path in the image. */
  readonly path: string;
  readonly id: string | null;
}

/** Options of {@link describeAppImage}. */
export interface DescribeOptions extends ReadOptions {
  /** Locale of name and summary, such as "de_DE.UTF-8". Default: the unlocalized ones. */
  readonly locale?: string;
}

/** What is told by the files in the image. */
type Contents = Pick<
  AppImageDescription,
  'name' | 'version' | 'summary' | 'desktopEntry' | 'icon' | 'appStream' | 'mimeTypes' | 'entryPoint'
>;

/**
 * Collects what an image says about itself. Parts that are missing are null; parts that are damaged are null and told in
 * `problems`, so that one broken file hides nothing else.
 *
 * @throws AppImageError `io` when reading fails
 */
export async function describeAppImage(image: AppImage, options: DescribeOptions = {}): Promise<AppImageDescription> {
  const problems: ImageProblem[] = [];
  const { architectures, payload, source, problem, shImg } = image;
  if (problem !== undefined && (payload !== null || problem.code !== 'unsupported')) {
    problems.push({ part: 'payload', code: problem.code, message: problem.message });
  }
  for (const { part, error } of shImg?.problems ?? []) {
    problems.push({ part, code: error.code, message: error.message });
  }
  const described = { image, isReadable: await canRead(image, problems, options), problems };
  // Side by side, so that a source far away can answer them together.
  const [contents, header, type] = await Promise.all([
    describeContents(described, options),
    describeHeader(image, problems, options),
    image.opensOnUse && described.isReadable ? refineType(image.type, image.files, options) : image.type,
  ]);
  return { type, architectures, size: source.size, payload, ...contents, ...header, problems };
}

/** What is described, and what is noted meanwhile. */
interface Described {
  readonly image: AppImage;
  readonly isReadable: boolean;
  readonly problems: ImageProblem[];
}

/** Files that open on use are opened here, so that their failure is told once and not for each of them. */
async function canRead(
  { files, problem, opensOnUse }: AppImage,
  problems: ImageProblem[],
  options: ReadOptions,
): Promise<boolean> {
  if (problem !== undefined) return false;
  return !opensOnUse || (await readOrProblem(problems, 'payload', () => files.stat('', options))) !== null;
}

async function describeContents(described: Described, options: DescribeOptions): Promise<Contents> {
  const { image, isReadable, problems } = described;
  const { files, architectures } = image;
  const locale = options.locale === undefined ? {} : { locale: options.locale };
  const found = await findEntry(described, options);
  const entry = found?.entry;
  if (!isReadable) return { ...fromEntry(found, locale), ...(await describeZip(described, locale, options)) };
  const [icon, metadata, entryPoint] = await Promise.all([
    readOrProblem(problems, 'icon', () => findNamedIcon(files, entry && getIconString(entry, 'Icon'), options)),
    readOrProblem(problems, 'appstream', () => findAppStream(files, { ...options, desktopEntry: found?.path })),
    readOrProblem(problems, 'entry-point', () => findEntryPoint(files, architectures, options)),
  ]);
  if (entryPoint !== null)
    await readOrProblem(problems, 'entry-point', () => checkEntryPoint(files, entryPoint, options));
  const said = fromEntry(found, locale);
  const component = metadata?.component;
  return {
    ...said,
    name: said.name ?? translated(component?.name, locale),
    version: said.version ?? component?.releases[0]?.version ?? null,
    summary: translated(component?.summary, locale) ?? said.summary,
    icon,
    appStream: metadata && { path: metadata.path, id: metadata.component.id },
    entryPoint,
  };
}

const NO_CONTENTS: Contents = {
  name: null,
  version: null,
  summary: null,
  desktopEntry: null,
  icon: null,
  appStream: null,
  mimeTypes: [],
  entryPoint: null,
};

/**
 * The icon of the application.
 *
 * @throws AppImageError `not-found` where the desktop entry names one and there is none
 */
async function findNamedIcon(files: ReadonlyFileSystem, name: string | undefined, options: ReadOptions) {
  const icon = await findIcon(files, name, options);
  if (icon !== undefined || name === undefined || name === '') return icon;
  throw new AppImageError(
    'not-found',
    `Cannot find icon ${JSON.stringify(name)}, which the desktop entry names: no file of that name in the image is an icon`,
  );
}

/** The entry in the image, else the one in the integration zip. */
async function findEntry(
  { image: { files, shImg }, isReadable, problems }: Described,
  options: ReadOptions,
): Promise<FoundDesktopEntry | null> {
  const inImage =
    isReadable && (await readOrProblem(problems, 'desktop-entry', () => findDesktopEntry(files, problems, options)));
  if (inImage) return inImage;
  const zip = shImg?.integrationZip;
  const file = zip?.desktopEntry;
  if (zip === undefined || file === undefined) return null;
  return readOrProblem(problems, 'desktop-entry', () => readDesktopEntry(zip.files, file.path, options));
}

function fromEntry(found: FoundDesktopEntry | null, locale: { readonly locale?: string }): Contents {
  if (found === null) return NO_CONTENTS;
  const { path, entry } = found;
  return {
    ...NO_CONTENTS,
    name: getLocaleString(entry, 'Name', locale) ?? null,
    version: getString(entry, 'X-AppImage-Version') ?? null,
    summary: getLocaleString(entry, 'Comment', locale) ?? null,
    desktopEntry: path,
    mimeTypes: getStringList(entry, 'MimeType') ?? [],
  };
}

function translated(texts: Translations | undefined, { locale }: { readonly locale?: string }): string | null {
  return (texts && chooseTranslation(texts, locale)) ?? null;
}
