import { existsSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { type DesktopEntry, getBoolean, getStringList, isMenuCategory, parseExec } from '@appimage-js/format';
import type { FoundEntry } from '../foreign/find-entries.ts';
import { foreignLaunch, stringOf } from '../foreign/foreign-launch.ts';
import { isGearLeverIcon } from '../foreign/recognize-tool.ts';
import { ifReadable } from '../inspect/if-readable.ts';
import type { ImageContents } from '../inspect/image-contents.ts';
import { checkOverride, type Override } from '../overrides/override.ts';

/** What a person can have made of an entry. */
export type UserChanges = Pick<
  Override,
  'name' | 'comment' | 'icon' | 'categories' | 'wmClass' | 'arguments' | 'environment' | 'hidden'
>;

const FIELD_CODE = /^%[A-Za-z]$/;
/** What tools set so that images do not integrate themselves. */
const OF_TOOLS = new Set(['DESKTOPINTEGRATION', 'APPIMAGELAUNCHER_DISABLE', 'APPIMAGE_SILENT_INSTALL']);
const ICON_FOLDERS = ['/usr/local/share', '/usr/share', '/run/current-system/sw/share'];

/**
 * What a person has made of an entry: where it says something else than the image's own, and than what the tool puts there by itself.
 *
 * @param data the user's folder for data, where icons may be
 */
export function userChanges(found: FoundEntry, { entry: own }: ImageContents, data: string): UserChanges {
  const { entry, tool } = found;
  if (own === null) return {};
  const isDerived = tool === 'go-appimaged' || tool === 'appimage-sync'; // made of the name of the file
  const changes: UserChanges = {
    ...(isDerived ? {} : changedName(found, own)),
    ...(isDerived ? {} : changedText('comment', 'Comment', entry, own)),
    ...changedText('wmClass', 'StartupWMClass', entry, own),
    ...changedIcon(found, own, data),
    ...(isDerived ? {} : changedCategories(entry, own)),
    ...changedLaunch(found, own),
    ...(isHidden(entry) ? { hidden: true } : {}),
  };
  return Object.fromEntries(Object.entries(changes).filter(([key, value]) => isFit(key, value)));
}

/** Whether an override may say that: one bad value would make all of it count for nothing. */
function isFit(key: string, value: unknown): boolean {
  return ifReadable(() => checkOverride({ [key]: value })) !== undefined;
}

function changedName({ entry, image }: FoundEntry, own: DesktopEntry): UserChanges {
  const name = stringOf(entry, 'Name');
  const ownName = stringOf(own, 'Name');
  if (name === undefined || name === ownName || name.trim() === '') return {};
  // Versions, and counts of what is there twice, are put behind it by the tools.
  const isNumbered = ownName !== undefined && name.startsWith(`${ownName} (`) && name.endsWith(')');
  const isOfFile = image !== null && name === basename(image).replace(/\.AppImage$/i, '');
  return isNumbered || isOfFile ? {} : { name };
}

function changedText(field: 'comment' | 'wmClass', key: string, entry: DesktopEntry, own: DesktopEntry): UserChanges {
  const value = stringOf(entry, key);
  return value === undefined || value === '' || value === stringOf(own, key) ? {} : { [field]: value };
}

/** An icon that is neither the image's nor one that the tool made of it; one that nobody would find is none. */
function changedIcon({ entry, tool, image, relativePath }: FoundEntry, own: DesktopEntry, data: string): UserChanges {
  const icon = stringOf(entry, 'Icon');
  if (icon === undefined || icon === '' || icon === stringOf(own, 'Icon')) return {};
  if (isAbsolute(icon)) {
    const isThumbnail = tool === 'go-appimaged' && /\/\.?thumbnails\/[\w-]+\/[^/]+$/.test(icon);
    const isOfTool = isThumbnail || isGearLeverIcon(icon, image ?? '', basename(relativePath));
    return isOfTool || !existsSync(icon) ? {} : { icon };
  }
  if (/^(?:appimagekit[-_]|aip_|applications-other$)/.test(icon) || !/^[\w.+-]+$/.test(icon)) return {};
  return isInTheme(icon, [data, ...ICON_FOLDERS]) ? { icon } : {};
}

function isInTheme(icon: string, folders: readonly string[]): boolean {
  const sizes = ['scalable', '512x512', '256x256', '128x128', '64x64', '48x48', '32x32'];
  const places = [...sizes.map((size) => join('icons', 'hicolor', size, 'apps')), 'icons', 'pixmaps'];
  const names = ['svg', 'png', 'xpm'].map((suffix) => `${icon}.${suffix}`);
  return folders.some((folder) => places.some((place) => names.some((name) => existsSync(join(folder, place, name)))));
}

function changedCategories(entry: DesktopEntry, own: DesktopEntry): UserChanges {
  const categories = (getStringList(entry, 'Categories') ?? []).filter(isMenuCategory);
  const before = new Set((getStringList(own, 'Categories') ?? []).filter(isMenuCategory));
  const isSame = categories.length === before.size && categories.every((each) => before.has(each));
  return isSame || categories.length === 0 ? {} : { categories };
}

/** Variables and arguments beside the image's own. */
function changedLaunch({ entry, image }: FoundEntry, own: DesktopEntry): UserChanges {
  const launch = foreignLaunch(entry);
  if (launch === undefined) return {};
  const behind = image === null ? -1 : launch.args.indexOf(image); // of a wrapper that nobody knows
  const ownLaunch = foreignLaunch(own);
  const known = [...wordsOf(stringOf(own, 'Exec'))];
  const args = launch.args.slice(behind + 1).filter((arg) => {
    if (FIELD_CODE.test(arg)) return false;
    const index = known.indexOf(arg);
    if (index >= 0) known.splice(index, 1);
    return index < 0 && isFit('arguments', [arg]);
  });
  const environment = Object.entries(launch.environment).filter(
    ([key, value]) =>
      !OF_TOOLS.has(key) && ownLaunch?.environment[key] !== value && isFit('environment', { [key]: value }),
  );
  return {
    ...(args.length === 0 ? {} : { arguments: args.map((arg) => arg.replaceAll('%%', '%')) }),
    ...(environment.length === 0 ? {} : { environment: Object.fromEntries(environment) }),
  };
}

function wordsOf(exec: string | undefined): string[] {
  return ifReadable(() => parseExec(exec ?? '')) ?? [];
}

function isHidden(entry: DesktopEntry): boolean {
  return ['NoDisplay', 'Hidden'].some((key) => ifReadable(() => getBoolean(entry, key)) === true);
}
