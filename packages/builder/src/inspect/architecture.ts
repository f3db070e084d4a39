import {
  AppImageError,
  bufferSource,
  compareFileNames,
  ELF_HEADER_MAXIMUM_SIZE,
  readArchitecture,
} from '@appimage-js/format';
import type { BuildOptions, ImageType } from '../build-options.ts';
import { showPath } from '../show-path.ts';
import { type AppDir, type AppDirFile, isExecutable, resolveEntry, walk } from './app-dir.ts';
import { appRunArchitectures, type EntryPoint } from './entry-point.ts';
import type { LocalFiles } from './local-file.ts';

/** Architectures that were found, each with the first file that is for it. */
export type FoundArchitectures = ReadonlyMap<string, string>;

/** Where the files are that decide. */
const PROGRAM_FOLDERS = ['usr/bin', 'bin'];

/**
 * Finds out what the programs in the AppDir are made for: what starts the application and what is beside it. Where these
 * are all scripts, every other program and library counts.
 */
export async function findArchitectures(
  appDir: AppDir,
  entryPoint: EntryPoint,
  files: LocalFiles,
): Promise<FoundArchitectures> {
  const started = entryPoint.kind === 'app-run' ? [entryPoint, ...entryPoint.others] : [entryPoint.program];
  const first = started.flatMap((each) => ('path' in each ? (resolveEntry(appDir, each.path)?.entry ?? []) : []));
  const beside = PROGRAM_FOLDERS.flatMap((folder) => filesIn(appDir, folder));
  const decisive = await architecturesOf([...first.filter((entry) => entry.type === 'file'), ...beside], files);
  if (decisive.size > 0) return decisive;
  const others = [...walk(appDir.root)].filter((entry) => entry.type === 'file').filter(mayBeElf);
  return architecturesOf(byPath(others), files);
}

/**
 * The architectures to build for: what was asked for, or what was found, if that is one or the image can be for several.
 *
 * @throws AppImageError `malformed` when it can not be told
 * @throws RangeError for several of an image of type 2
 */
export function chooseArchitectures(
  appDir: AppDir,
  { found, type, wanted }: { found: FoundArchitectures; type: ImageType; wanted: BuildOptions['arch'] },
): readonly string[] {
  const names = typeof wanted === 'string' ? [wanted] : (wanted ?? []);
  if (names.length > 1 && type === 'type-2') {
    throw new RangeError(
      `Cannot plan build: an image of type 2 must be for one architecture, found ${names.join(', ')}; type "shimg" serves several`,
    );
  }
  if (names.length > 0) return [...new Set(names)];
  const ownAppRuns = type === 'shimg' ? appRunArchitectures(appDir) : [];
  if (ownAppRuns.length > 0) return ownAppRuns;
  if (found.size > 0 && (found.size === 1 || type === 'shimg')) return [...found.keys()];
  const examples = [...found].map(([name, path]) => `${name} (${showPath(path)})`).sort();
  const what = found.size === 0 ? 'no ELF program or library' : `programs for ${examples.join(' and ')}`;
  throw new AppImageError(
    'malformed',
    `Cannot build from ${showPath(appDir.path)}: AppDir must tell the architecture, found ${what}; name the architecture (arch, on the command line --arch)`,
    { path: appDir.path },
  );
}

function filesIn(appDir: AppDir, folder: string): AppDirFile[] {
  const directory = resolveEntry(appDir, folder)?.entry;
  if (directory?.type !== 'directory') return [];
  return byPath([...directory.entries.values()].filter((entry) => entry.type === 'file'));
}

/** Which file is named first in a message must not depend on the order of the disk. */
function byPath(files: readonly AppDirFile[]): AppDirFile[] {
  return files.toSorted((left, right) => compareFileNames(left.path, right.path));
}

function mayBeElf(file: AppDirFile): boolean {
  return isExecutable(file) || /\.so(\.|$)/.test(file.path);
}

async function architecturesOf(candidates: readonly AppDirFile[], files: LocalFiles): Promise<FoundArchitectures> {
  const found = new Map<string, string>();
  for (const file of candidates) {
    if (file.size < ELF_HEADER_MAXIMUM_SIZE) continue;
    const architecture = await readArchitecture(bufferSource(files.readStart(file, ELF_HEADER_MAXIMUM_SIZE)));
    if (architecture !== undefined && !found.has(architecture)) found.set(architecture, file.path);
  }
  return found;
}
