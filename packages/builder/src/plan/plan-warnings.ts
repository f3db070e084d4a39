import type { Modes } from '../build-options.ts';
import type { AppDirFile, AppDirSymlink } from '../inspect/app-dir.ts';
import { walk } from '../inspect/app-dir.ts';
import { appRunName } from '../inspect/entry-point.ts';
import type { BuildInput } from '../inspect/inspect.ts';
import { THUMBNAIL_SIZE } from '../inspect/integration-files.ts';
import { METAINFO, METAINFO_FOLDERS } from '../inspect/metainfo.ts';
import { showPath } from '../show-path.ts';
import type { BuildWarning } from './build-plan.ts';

const SET_ID_BITS = 0o6000;
/** Interpreters that are at this place on next to every system. */
const COMMON_INTERPRETERS: ReadonlySet<string> = new Set(['/bin/sh', '/bin/bash', '/usr/bin/env']);

/** Collects what is probably a mistake but may be meant. */
export function planWarnings(input: BuildInput, modes: Modes): BuildWarning[] {
  const warnings: BuildWarning[] = [
    ...architecture(input),
    ...appRunForOneArchitecture(input),
    ...appRunStaysInFolder(input),
    ...hooksNotRead(input),
    ...metainfoElsewhere(input),
    ...noIconForThumbnails(input),
    ...desktopEntryProblems(input),
    ...brokenDirIcon(input),
    ...input.pictures.problems,
    ...interpreter(input),
  ];
  for (const entry of walk(input.appDir.root)) {
    if (entry.type === 'file' && modes === 'normal') warnings.push(...setIdBits(entry));
    else if (entry.type === 'symlink') warnings.push(...linkToBuildMachine(entry, input.appDir.path));
  }
  return warnings.sort((left, right) => compare(left.code, right.code) || compare(left.path ?? '', right.path ?? ''));
}

function architecture({ foundArchitectures, architectures }: BuildInput): BuildWarning[] {
  if (foundArchitectures.size === 0 || architectures.some((chosen) => foundArchitectures.has(chosen))) return [];
  const [[name, path]] = [...foundArchitectures] as [[string, string]];
  const message = `the image is for ${architectures.join(' and ')}, but ${showPath(path)} is for ${name}`;
  return [{ code: 'architecture-differs', path, message }];
}

/** A program runs on one architecture; a script, or a program for each, runs on all. */
function appRunForOneArchitecture({ architectures, entryPoint, interpreterLine, appDir }: BuildInput): BuildWarning[] {
  if (architectures.length < 2 || entryPoint.kind !== 'app-run' || interpreterLine !== null) return [];
  const without = architectures.filter((name) => !appDir.root.entries.has(appRunName(name)));
  if (without.length === 0 || without.length < architectures.length - 1) return [];
  const { path } = entryPoint;
  const names = without.map(appRunName).join(' and ');
  const message = `${showPath(path)} is a program for one architecture; add ${names}, or make it a script`;
  return [{ code: 'app-run-for-one-architecture', path, message }];
}

function hooksNotRead({ entryPoint }: BuildInput): BuildWarning[] {
  if (entryPoint.kind !== 'app-run' || entryPoint.unreadHooks.length === 0) return [];
  const [path = ''] = entryPoint.unreadHooks;
  const remedy = 'take AppRun away to have one made that does, or call it AppRun.wrapped';
  const message = `AppRun does not read ${entryPoint.unreadHooks.map(showPath).join(', ')}; ${remedy}`;
  return [{ code: 'hooks-not-read', path, message }];
}

function metainfoElsewhere({ metainfo, appDir }: BuildInput): BuildWarning[] {
  if (metainfo !== null) return [];
  for (const { type, path } of walk(appDir.root)) {
    if (type === 'directory' || !METAINFO.test(path)) continue;
    const message = `nobody looks for AppStream metadata at ${showPath(path)}; put it into ${METAINFO_FOLDERS[0]}`;
    return [{ code: 'metainfo-elsewhere', path, message }];
  }
  return [];
}

/** Relative paths count from the working directory, which only AppRun can change for all. */
function appRunStaysInFolder({ usrPatches, entryPoint }: BuildInput): BuildWarning[] {
  if (usrPatches.length === 0 || entryPoint.kind !== 'app-run') return [];
  const { path } = entryPoint;
  const message = `${showPath(path)} must change to "$APPDIR"/usr for the paths that were made relative`;
  return [{ code: 'app-run-stays-in-folder', path, message }];
}

function noIconForThumbnails({ integrationFiles }: BuildInput): BuildWarning[] {
  if (integrationFiles === null || integrationFiles.icons.has(THUMBNAIL_SIZE)) return [];
  const { path } = integrationFiles.defaultIcon;
  const message = `a shImg needs an icon of ${THUMBNAIL_SIZE}x${THUMBNAIL_SIZE} pixels as PNG for thumbnails, found none`;
  return [{ code: 'no-icon-for-thumbnails', path, message }];
}

function desktopEntryProblems({ desktopFile }: BuildInput): BuildWarning[] {
  return desktopFile.entry.problems.map(({ line, message }) => ({
    code: 'desktop-entry-problem',
    path: desktopFile.name,
    message: `line ${line}: ${message}`,
  }));
}

function brokenDirIcon({ appDir, icon }: BuildInput): BuildWarning[] {
  if (icon.hasDirIcon || !appDir.root.entries.has('.DirIcon')) return [];
  const message = '.DirIcon is no file and no symlink to a file in the AppDir; it is replaced in the image';
  return [{ code: 'broken-dir-icon', path: '.DirIcon', message }];
}

/** A script that starts on this machine may not start on others. */
function interpreter({ interpreterLine }: BuildInput): BuildWarning[] {
  if (interpreterLine === null) return [];
  const { path, interpreter: program, hasCarriageReturn } = interpreterLine;
  const warning = (message: string): BuildWarning[] => [{ code: 'interpreter-not-everywhere', path, message }];
  if (hasCarriageReturn) {
    const fix = 'save it with the line endings of Unix';
    return warning(`${showPath(path)} can not be started: its first line ends with a carriage return; ${fix}`);
  }
  if (!program.startsWith('/') || COMMON_INTERPRETERS.has(program)) return [];
  const fix = 'begin the script with #!/bin/sh or #!/usr/bin/env';
  return warning(`${showPath(path)} needs ${showPath(program)}, which not every machine has; ${fix}`);
}

function setIdBits({ path, mode }: AppDirFile): BuildWarning[] {
  if ((mode & SET_ID_BITS) === 0) return [];
  const message = `${showPath(path)} loses its setuid or setgid bit: mounted images do not honour it`;
  return [{ code: 'set-id-bits-dropped', path, message }];
}

function linkToBuildMachine({ path, target }: AppDirSymlink, appDir: string): BuildWarning[] {
  if (target !== appDir && !target.startsWith(`${appDir}/`)) return [];
  const message = `${showPath(path)} points to ${showPath(target)}, which is on this machine only; make it relative`;
  return [{ code: 'link-to-build-machine', path, message }];
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
