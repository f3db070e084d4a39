import { hash } from 'node:crypto';
import { decodeFileName, serializeDesktopEntry } from '@appimage-js/format';
import { appRunScript } from '../app-run/app-run-script.ts';
import { HOST_PROGRAM, HOST_PROGRAM_SCRIPT, HOST_PROGRAMS, HOST_PROGRAMS_FOLDER } from '../app-run/host-programs.ts';
import type { ExecEntryPoint } from '../inspect/entry-point.ts';
import type { BuildInput } from '../inspect/inspect.ts';
import type { PlannedAddition } from './build-plan.ts';
import { editDesktopEntry, type RecordedFacts } from './edit-desktop-entry.ts';

const DIR_ICON = '.DirIcon';

/** Decides what the image has that the AppDir lacks. */
export function planAdditions(input: BuildInput, facts: RecordedFacts): PlannedAddition[] {
  return [...appRun(input), ...desktopEntry(input, facts), ...rootIcon(input), ...dirIcon(input)];
}

function appRun(input: BuildInput): PlannedAddition[] {
  const { entryPoint, desktopFile, libraryFolders, usrPatches } = input;
  if (entryPoint.kind === 'app-run') return [];
  const text = appRunScript({
    entryPoint,
    desktopFileName: desktopFile.name,
    libraryFolders: libraryFolders.map(({ path }) => path),
    workFolder: usrPatches.length > 0 ? 'usr' : null,
  });
  return [
    { type: 'file', path: 'AppRun', mode: 0o755, text, reason: appRunReason(input, entryPoint) },
    ...hostPrograms(),
  ];
}

function appRunReason(
  { desktopFile, libraryFolders }: BuildInput,
  { program, command, hooks }: ExecEntryPoint,
): string {
  const isWrapped = 'path' in program && program.calledAs === 'AppRun.wrapped';
  const libraries = libraryFolders.map(({ path, neededBy, library }) => {
    return `sets LD_LIBRARY_PATH, as ${neededBy} needs ${library} in ${path} and no RPATH leads there`;
  });
  return [
    `AppDir has no AppRun; made ${isWrapped ? `around ${command.program}` : `from ${desktopFile.name}`}`,
    ...(hooks.scripts.length === 0 ? [] : [`reads ${hooks.scripts.join(', ')}`]),
    ...libraries,
  ].join('; ');
}

/** What AppRun changes is for the application, not for the browser that it opens. */
function hostPrograms(): PlannedAddition[] {
  const path = `${HOST_PROGRAMS_FOLDER}/${HOST_PROGRAM}`;
  const reason = 'starts programs of the host with the environment that the application was started with';
  return [
    { type: 'file', path, mode: 0o755, text: HOST_PROGRAM_SCRIPT, reason },
    ...HOST_PROGRAMS.map((name): PlannedAddition => {
      const link = `${HOST_PROGRAMS_FOLDER}/${name}`;
      return { type: 'symlink', path: link, target: HOST_PROGRAM, reason: `the host's, started by ${HOST_PROGRAM}` };
    }),
  ];
}

/** In the root, and with what tools look for there. */
function desktopEntry({ desktopFile, appDir }: BuildInput, facts: RecordedFacts): PlannedAddition[] {
  const { entry, path, source } = desktopFile;
  const edited = editDesktopEntry(entry, appDir, facts);
  const isCopied = path !== source;
  if (edited.changes.length === 0 && !isCopied) return [];
  const text = decodeFileName(serializeDesktopEntry(edited.entry));
  const reasons = [...(isCopied ? [`copied from ${source}`] : []), ...edited.changes];
  return [{ type: 'file', path, mode: 0o644, text, reason: reasons.join('; ') }];
}

/** Integrators look for the icon in the root, whose name is then the same as its suffix tells. */
function rootIcon({ icon, desktopFile, pictures: { rootPng } }: BuildInput): PlannedAddition[] {
  if (rootPng !== null) {
    const path = `${desktopFile.iconName}.png`;
    return [
      { type: 'symlink', path, target: rootPng, reason: 'puts the icon as PNG where every integrator looks for it' },
    ];
  }
  const suffix = /\.(png|svg|xpm)$/.exec(icon.path)?.[0];
  if (icon.rootName !== null || suffix === undefined) return [];
  const path = desktopFile.iconName + suffix;
  return [{ type: 'symlink', path, target: icon.path, reason: 'puts the icon where every integrator looks for it' }];
}

function dirIcon({ pictures }: BuildInput): PlannedAddition[] {
  const { dirIcon: made } = pictures;
  if (made === null) return [];
  const { reason } = made;
  if (!('bytes' in made)) return [{ type: 'symlink', path: DIR_ICON, target: made.target, reason }];
  const { bytes, from } = made;
  const sha256 = hash('sha256', bytes, 'hex');
  return [{ type: 'picture', path: DIR_ICON, mode: 0o644, from, size: bytes.length, sha256, reason }];
}
