/*
 * By what name and content the entries of other integrators are told from everything else in the menu.
 */
import { basename, dirname, extname, join } from 'node:path';
import { type DesktopEntry, getRawValue, listKeys, MAIN_GROUP } from '@appimage-js/format';
import type { ForeignTool } from './foreign-entry.ts';
import { foreignLaunch, imageCandidates, stringOf } from './foreign-launch.ts';

/** `appimagekit_`, the MD5 of a URI, and for all but go-appimaged a name. */
export const KIT_ID = /^appimagekit_([0-9a-f]{32})(?=[-_.])/;
/** AppImagePool's names end in the MD5 of the image's content. */
export const POOL_ID = /^aip_.*_([0-9a-f]{32})\.[A-Za-z]+$/;
/** The electron and AppImageKit scripts' icons and entries. */
export const SCRIPT_NAME = /^appimagekit-./;

/**
 * The tool that wrote an entry; undefined for what a person or an application wrote.
 *
 * @param path below the folder `applications`
 */
export function recognizeTool(path: string, entry: DesktopEntry): ForeignTool | undefined {
  const name = basename(path);
  if (KIT_ID.test(name)) {
    if (/^appimagekit_[0-9a-f]{32}\.desktop$/.test(name)) return 'go-appimaged';
    return isOfLauncher(entry) ? 'AppImageLauncher' : 'libappimage';
  }
  if (SCRIPT_NAME.test(name)) return 'desktopintegration';
  if (POOL_ID.test(name)) return 'AppImagePool';
  if (name.endsWith('-AM.desktop') && (dirname(path) === 'AppImages' || isOfAm(name, entry))) return 'AM';
  if (isOfGearLever(name, entry)) return 'Gear Lever';
  return recognizeScript(name, entry);
}

function isOfLauncher(entry: DesktopEntry): boolean {
  return (
    getRawValue(entry, 'X-AppImageLauncher-Version') !== undefined ||
    (getRawValue(entry, 'Actions') ?? '').includes('AppImageLauncher')
  );
}

/** AM installs an application into a folder of its name, beside what updates it. */
function isOfAm(name: string, entry: DesktopEntry): boolean {
  const application = name.slice(0, -'-AM.desktop'.length);
  const program = foreignLaunch(entry)?.program ?? '';
  return basename(program) === application || basename(dirname(program)) === application;
}

function isOfGearLever(name: string, entry: DesktopEntry): boolean {
  if (/^gearlever_\w+\.appimage\.desktop$/.test(name)) return true;
  const launch = foreignLaunch(entry);
  if (launch === undefined) return false;
  const isNoted = getRawValue(entry, 'X-AppImage-Name') !== undefined;
  if (isNoted && 'DESKTOPINTEGRATION' in launch.environment) return true;
  if (getRawValue(entry, 'X-AppImage-Version') === undefined) return false;
  const icon = stringOf(entry, 'Icon') ?? '';
  const isPlain = icon === 'applications-other' && stringOf(entry, 'TryExec') === launch.program;
  return isPlain || imageCandidates(entry).some((image) => isGearLeverIcon(icon, image, name));
}

/** Gear Lever keeps icons beside the images, under the names of the entries. */
export function isGearLeverIcon(icon: string, image: string, entryName: string): boolean {
  const name = entryName.replace(/\.desktop$/, '');
  const names = [basename(icon), basename(icon, extname(icon))].map((each) => each.replaceAll(' ', '_'));
  return dirname(icon) === join(dirname(image), '.icons') && names.includes(name);
}

/** One group, and a command line of `appimage-run` and an image, nothing else. */
function recognizeScript(name: string, entry: DesktopEntry): ForeignTool | undefined {
  const exec = stringOf(entry, 'Exec') ?? '';
  const words = exec.split(' ');
  if (basename(words[0] ?? '') !== 'appimage-run' || entry.groups.some((group) => group.name !== MAIN_GROUP)) {
    return undefined;
  }
  const launch = foreignLaunch(entry);
  if (launch === undefined || launch.args.some((arg) => !/^%[fFuU]$/.test(arg))) return undefined;
  const stem = basename(launch.program).replace(/\.AppImage$/, '');
  const known = new Set(['Name', 'Exec', 'Type', 'Categories', 'Terminal']);
  const isOfTimer = name === `${stem}-appimage.desktop` && listKeys(entry).every((key) => known.has(key));
  return isOfTimer ? 'appimage-sync' : 'appimage-run';
}
