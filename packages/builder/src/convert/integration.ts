import {
  AppImageError,
  findIcons,
  getIconString,
  INTEGRATION_ICON_SIZES,
  type IntegrationZipContent,
  parseDesktopEntry,
  type ReadOptions,
} from '@appimage-js/format';
import { isRenderable, type RenderableFormat, renderIcon } from '@appimage-js/icon';
import { showPath } from '../show-path.ts';
import { type ConversionInput, readInput } from './open-input.ts';

/** More is no icon, and no metadata, but a mistake. */
const MAXIMUM_SIZE = 8 * 1024 * 1024;
/** The one icon that the description of shImg asks for. */
const THUMBNAIL_SIZE = 256;

/**
 * Collects out of an image what a shImg shows of its application without its payload.
 *
 * @throws AppImageError `malformed` where there is no desktop entry or no icon, or one that can not be drawn
 */
export async function integrationOf(
  input: ConversionInput,
  { updateInformation, signal }: ReadOptions & { readonly updateInformation: string | null },
): Promise<IntegrationZipContent> {
  const { description } = input;
  const read = async (path: string | undefined) =>
    path === undefined ? undefined : await readInput(input.image, path, { maximumLength: MAXIMUM_SIZE, signal });
  const desktopEntry = await read(description.desktopEntry ?? undefined);
  if (desktopEntry === undefined) throw missing(input, 'desktop entry');
  const { defaultIcon, icons } = await iconsOf(input, desktopEntry, { signal });
  return {
    desktopEntry,
    metainfo: await read(description.appStream?.path),
    updateInformation: updateInformation ?? undefined,
    defaultIcon,
    icons,
  };
}

async function iconsOf(input: ConversionInput, desktopEntry: Uint8Array, { signal }: ReadOptions) {
  const { image } = input;
  const found = await findIcons(image.files, getIconString(parseDesktopEntry(desktopEntry), 'Icon'), { signal });
  const icons = new Map<number, Uint8Array>();
  let first: { readonly format: RenderableFormat; readonly bytes: Uint8Array } | undefined;
  for (const { path, format, width, height, purpose } of found) {
    if (purpose !== 'application' || !isRenderable(format)) continue;
    const wanted = format === 'png' && width !== null && width === height && INTEGRATION_ICON_SIZES.includes(width);
    if (first !== undefined && !(wanted && !icons.has(width))) continue;
    const bytes = await readInput(image, path, { maximumLength: MAXIMUM_SIZE, signal });
    if (bytes === undefined) continue;
    first ??= { format, bytes };
    if (wanted && !icons.has(width)) icons.set(width, bytes);
  }
  if (first === undefined) throw missing(input, 'icon');
  const { format, bytes } = first;
  if (!icons.has(THUMBNAIL_SIZE)) {
    icons.set(THUMBNAIL_SIZE, await renderIcon({ contents: bytes, format, size: THUMBNAIL_SIZE, signal }));
  }
  const isZipFormat = format === 'png' || format === 'svg';
  const defaultIcon = isZipFormat
    ? { format, bytes }
    : { format: 'png' as const, bytes: icons.get(THUMBNAIL_SIZE) as Uint8Array };
  return { defaultIcon, icons };
}

function missing({ path }: ConversionInput, what: string): AppImageError {
  return new AppImageError(
    'malformed',
    `Cannot convert ${showPath(path)} to a shImg: it must have a${what === 'icon' ? 'n' : ''} ${what}, found none`,
    { path },
  );
}
