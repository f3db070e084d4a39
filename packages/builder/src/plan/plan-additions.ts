import { decodeFileName, getString, serializeDesktopEntry, setString } from '@appimage-js/format';
import type { BuildInput } from '../inspect/inspect.ts';
import { appRunScript } from './app-run.ts';
import type { PlannedAddition } from './build-plan.ts';

/** Decides what the image has that the AppDir lacks. */
export function planAdditions(input: BuildInput, version: string | null): PlannedAddition[] {
  return [...appRun(input), ...desktopEntryWithVersion(input, version), ...rootIcon(input), ...dirIcon(input)];
}

function appRun({ entryPoint, desktopFile }: BuildInput): PlannedAddition[] {
  if (entryPoint.kind === 'app-run') return [];
  const text = appRunScript(entryPoint, desktopFile.name);
  return [
    { type: 'file', path: 'AppRun', mode: 0o755, text, reason: `AppDir has no AppRun; made from ${desktopFile.name}` },
  ];
}

/** The one place where tools look for an image's version. */
function desktopEntryWithVersion({ desktopFile }: BuildInput, version: string | null): PlannedAddition[] {
  const { entry, path } = desktopFile;
  if (version === null || getString(entry, 'X-AppImage-Version') === version) return [];
  const text = decodeFileName(serializeDesktopEntry(setString(entry, 'X-AppImage-Version', version)));
  return [{ type: 'file', path, mode: 0o644, text, reason: 'records the version as X-AppImage-Version' }];
}

/** Integrators look for the icon in the root, whose name is then the same as its suffix tells. */
function rootIcon({ icon, desktopFile }: BuildInput): PlannedAddition[] {
  const suffix = /\.(png|svg|xpm)$/.exec(icon.path)?.[0];
  if (icon.rootName !== null || suffix === undefined) return [];
  const path = desktopFile.iconName + suffix;
  return [{ type: 'symlink', path, target: icon.path, reason: 'puts the icon where every integrator looks for it' }];
}

function dirIcon({ icon }: BuildInput): PlannedAddition[] {
  if (icon.hasDirIcon) return [];
  return [
    { type: 'symlink', path: '.DirIcon', target: icon.rootName ?? icon.path, reason: 'AppDir has no usable .DirIcon' },
  ];
}
