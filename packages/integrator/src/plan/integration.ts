import { getBoolean, getString, getStringList } from '@appimage-js/format';
import { ifReadable } from '../inspect/if-readable.ts';
import type { ImageContents } from '../inspect/image-contents.ts';
import type { Override } from '../overrides/override.ts';
import { applicationId } from '../overrides/override-file.ts';
import type { PORTABLE_FOLDERS } from './added-actions.ts';
import { planIcons } from './icon-files.ts';
import { desktopIdOf, nameOf } from './identity.ts';
import type { LaunchTemplate } from './launch.ts';
import { autostartEntry, type MenuEntryRequest, menuEntry } from './menu-entry.ts';
import { mimePackage } from './mime-package.ts';
import { type PlannedFile, plannedFile } from './planned-file.ts';

/** What one image wants written; a value, made without touching the disk. */
export interface Integration {
  /** In the order in which they are written: what the menu entry names comes before it. */
  readonly files: readonly PlannedFile[];
  /** File name of the menu entry. */
  readonly desktopFile: string;
  /** URL schemes that the application opens: `zoommtg`. */
  readonly schemes: readonly string[];
  readonly remarks: readonly string[];
}

/** What {@link planIntegration} needs to know beside the image. */
export interface IntegrationRequest {
  readonly path: string;
  readonly id: string;
  /** Put behind the name in brackets, to tell images of one application apart; null for the main one. */
  readonly suffix: string | null;
  readonly launch: LaunchTemplate;
  /** Absolute path of the launcher, which menu entries start images with. */
  readonly launcher: string;
  /** Words that start this toolkit's command. */
  readonly command: readonly string[];
  /** Which of the folders that make an image portable lie beside it, by what their names end with. */
  readonly portable: readonly (typeof PORTABLE_FOLDERS)[number][];
  /** What the user wants otherwise; empty where that is nothing. */
  readonly override: Override;
}

/** The icon that every desktop has for programs. */
const FALLBACK_ICON = 'application-x-executable';
const SCHEME = /^x-scheme-handler\/([a-z][a-z0-9+.-]*)$/;
const LAUNCHABLE = /(<launchable\s+type\s*=\s*["']desktop-id["']\s*>)[^<]*(<\/launchable>)/g;

/** Why an image gets no menu entry, in words; undefined where it gets one. */
export function whyLeftAlone({ entry, name }: ImageContents): string | undefined {
  if (entry === null) return 'it has no desktop entry';
  if (getString(entry, 'Type') !== 'Application') return 'its desktop entry is not one of an application';
  if (name === null || getString(entry, 'Name') === undefined) return 'its desktop entry has no name';
  // What is neither true nor false is nothing that the author said.
  if (['NoDisplay', 'Hidden'].some((key) => ifReadable(() => getBoolean(entry, key)) === true)) {
    return 'its desktop entry does not want to be shown';
  }
  if (getString(entry, 'X-AppImage-Integrate')?.trim().toLowerCase() === 'false')
    return 'it does not want to be integrated';
  return undefined;
}

/**
 * Plans the files of one image.
 *
 * @throws RangeError for contents that {@link whyLeftAlone} has a reason for
 */
export function planIntegration(contents: ImageContents, request: IntegrationRequest): Integration {
  const { entry, icons, mimeTypes, metainfo, updateInformation } = contents;
  const reason = whyLeftAlone(contents);
  if (entry === null || reason !== undefined) throw new RangeError(`Cannot plan integration: ${reason}`);
  const name = nameOf(request.id);
  const desktopFile = desktopIdOf(request);
  const pictures = planIcons(name, icons);
  const types = mimePackage(mimeTypes, pictures.fileTypeNames);
  const icon = pictures.hasApplication ? name : FALLBACK_ICON;
  const shown: MenuEntryRequest = { ...request, entry, icon, canUpdate: updateInformation !== null };
  // Of several versions, one is started with the session.
  const isStarted = request.override.autostart === true && request.id === applicationId(request.id);
  const files = [
    ...pictures.files,
    ...(types === undefined ? [] : [plannedFile(`mime/packages/${name}.xml`, types)]),
    ...(metainfo === null ? [] : [plannedFile(`metainfo/${name}.metainfo.xml`, relaunched(metainfo, desktopFile))]),
    ...(isStarted ? [plannedFile(`autostart/${desktopFile}`, autostartEntry(shown), { root: 'config' })] : []),
    plannedFile(`applications/${desktopFile}`, menuEntry(shown)),
  ];
  return { files, desktopFile, schemes: urlSchemes(contents), remarks: [...contents.remarks, ...pictures.remarks] };
}

/** The URL schemes that an image says it opens, such as `zoommtg`: what its user is to be asked about. */
export function urlSchemes({ entry }: Pick<ImageContents, 'entry'>): string[] {
  const types = entry === null ? [] : (getStringList(entry, 'MimeType') ?? []);
  return [...new Set(types.flatMap((type) => SCHEME.exec(type)?.[1] ?? []))];
}

/** The metadata name the menu entry by what it is called here, so that software centers find the one by the other. */
function relaunched(metainfo: Uint8Array, desktopFile: string): Uint8Array | string {
  const text = new TextDecoder().decode(metainfo);
  const changed = text.replace(LAUNCHABLE, `$1${desktopFile}$2`);
  return changed === text ? metainfo : changed;
}
