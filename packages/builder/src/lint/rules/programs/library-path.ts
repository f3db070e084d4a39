import type { Subject } from '../../subject/subject.ts';
import { type ElfFacts, folderOf } from './elf-facts.ts';
import { normalize } from './search-folders.ts';

/** A script of the image that sets `LD_LIBRARY_PATH`. */
export interface Script {
  readonly path: string;
  readonly text: string;
}

/** The folders that are searched because of `LD_LIBRARY_PATH`. */
export interface LibraryPath {
  readonly folders: readonly string[];
  /** Whether it is set to something that can not be told without running the script. */
  readonly isUnclear: boolean;
}

/** What an `AppRun` in machine code puts into `LD_LIBRARY_PATH`, as far as its folders are there. */
const USUAL_FOLDERS = ['usr/lib', 'usr/lib32', 'usr/lib64', 'lib', 'lib32', 'lib64'];
const TRIPLETS = ['x86_64-linux-gnu', 'i386-linux-gnu', 'aarch64-linux-gnu', 'arm-linux-gnueabihf'];

const MAXIMUM_APP_RUN = 4 * 1_048_576;
/** Where a variable or a command is followed by a path: `$HERE/usr/lib`, `${APPDIR}/lib`, `$(dirname "$0")/lib`. */
const PLACE = /(?:\$\{?\w+[^}/\s]*\}?|\$\([^)]*\)|`[^`]*`)"?((?:\/[\w.+@-]+)+)/g;

/** Finds out what the scripts of the image, or its `AppRun`, put into `LD_LIBRARY_PATH`. */
export async function readLibraryPath(
  subject: Subject,
  scripts: readonly Script[],
  files: readonly ElfFacts[],
): Promise<LibraryPath> {
  const { entries } = await subject.tree();
  const folders = new Set<string>();
  let isUnclear = false;
  for (const { path, text } of scripts) {
    for (const [, value = ''] of text.matchAll(/\bLD_LIBRARY_PATH=(.{0,4096})/g)) {
      const known = foldersIn(value, folderOf(path)).filter((folder) => entries.has(folder));
      for (const folder of known) folders.add(folder);
      const own = value.replaceAll(/\$\{?LD_LIBRARY_PATH[^}]*\}?/g, '').replaceAll(/["':;]|&&.*|\bexport\b/g, '');
      if (known.length === 0 && own.trim() !== '') isUnclear = true;
    }
  }
  if (await setsLibraryPath(subject, files)) {
    for (const folder of USUAL_FOLDERS) {
      for (const each of [folder, ...TRIPLETS.map((triplet) => `${folder}/${triplet}`)]) folders.add(each);
    }
  }
  return { folders: [...folders], isUnclear };
}

/** A variable may stand for the root of the image, its `usr`, or the script's own folder. */
function foldersIn(value: string, scriptFolder: string): string[] {
  return [...value.matchAll(PLACE)].flatMap(([, place = '']) =>
    ['', 'usr', scriptFolder].flatMap((base) => normalize(`${base}/${place}`) ?? []),
  );
}

async function setsLibraryPath(subject: Subject, files: readonly ElfFacts[]): Promise<boolean> {
  const appRun = await subject.resolve('AppRun');
  if (appRun === undefined || !files.some(({ path }) => path === appRun.path)) return false;
  const bytes = await subject.read(appRun, MAXIMUM_APP_RUN);
  return bytes !== undefined && new TextDecoder('latin1').decode(bytes).includes('LD_LIBRARY_PATH');
}
