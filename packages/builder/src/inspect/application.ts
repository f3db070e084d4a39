import { AppImageError, isAppImageError } from '@appimage-js/format';
import type { BuildOptions } from '../build-options.ts';
import { readExcludeRules } from '../exclude/exclude-rules.ts';
import { joinLeftOut, type LeftOut, leaveOutByName, leaveOutByRules, whyLeftOut } from '../exclude/leave-out.ts';
import { showPath } from '../show-path.ts';
import type { AppDir } from './app-dir.ts';
import { type DesktopFile, readDesktopFile } from './desktop-file.ts';
import { type EntryPoint, findEntryPoint } from './entry-point.ts';
import { findIcon, type Icon } from './icon.ts';
import type { LocalFiles } from './local-file.ts';

/** What makes an AppDir an application. */
export interface Application {
  readonly desktopFile: DesktopFile;
  readonly icon: Icon;
  readonly entryPoint: EntryPoint;
}

/** An application in the part of the AppDir that goes into the image. */
export interface IncludedApplication extends Application {
  readonly appDir: AppDir;
  readonly leftOut: LeftOut;
}

/**
 * Leaves out what is to be left out, and finds the application in the rest.
 *
 * @throws AppImageError `malformed` for what is no application, or is none without something that was to be left out
 */
export function findApplication(whole: AppDir, files: LocalFiles, options: BuildOptions): IncludedApplication {
  const { appDir, leftOut } = leaveOutByRules(whole, readExcludeRules(whole, files, options));
  const application = findIn(appDir, { whole, files, options, leftOut });
  const { name, others } = application.desktopFile;
  if (others.length === 0) return { ...application, appDir, leftOut };
  const reduced = leaveOutByName(appDir, others, `the root has one desktop entry: ${name}`);
  return { ...application, appDir: reduced.appDir, leftOut: joinLeftOut(leftOut, reduced.leftOut) };
}

interface Search {
  readonly whole: AppDir;
  readonly files: LocalFiles;
  readonly options: BuildOptions;
  readonly leftOut: LeftOut;
}

function findIn(appDir: AppDir, search: Search): Application {
  try {
    return find(appDir, search);
  } catch (error) {
    if (search.leftOut.entries.length === 0 || !isAppImageError(error) || error.code !== 'malformed') throw error;
    throw neededButLeftOut(search) ?? error;
  }
}

function find(appDir: AppDir, { files, options: { desktop, type = 'type-2' } }: Search): Application {
  const desktopFile = readDesktopFile(appDir, files, { wanted: desktop });
  const icon = findIcon(appDir, desktopFile);
  return { desktopFile, icon, entryPoint: findEntryPoint(appDir, { desktopFile, files, type }) };
}

/** Tells which pattern took away what the application needs; undefined where it is no application with it, either. */
function neededButLeftOut(search: Search): AppImageError | undefined {
  const { whole, leftOut } = search;
  let application: Application;
  try {
    application = find(whole, search);
  } catch {
    return undefined;
  }
  const { desktopFile, icon, entryPoint } = application;
  const program = entryPoint.kind === 'app-run' ? entryPoint : entryPoint.program;
  const needed = [desktopFile.source, icon.path, ...('path' in program ? [program.path] : [])];
  for (const path of needed) {
    const entry = whyLeftOut(leftOut, path);
    if (entry === undefined) continue;
    const why = `${showPath(path)} must be in the image, found that it is left out by ${entry.reason}`;
    return new AppImageError('malformed', `Cannot build from ${showPath(whole.path)}: ${why}`, { path: whole.path });
  }
  return undefined;
}
