import { type DynamicSection, type FileEntry, readDynamicSection } from '@appimage-js/format';
import { isLoaderName } from '../../data/host-libraries.ts';
import type { Subject } from '../../subject/subject.ts';
import { type ElfFacts, folderOf, nameOf } from './elf-facts.ts';
import { readLibraryPath, type Script } from './library-path.ts';
import { searchFolders } from './search-folders.ts';

/** Every ELF file of an image, and how they find each other. */
export interface Programs {
  readonly subject: Subject;
  readonly files: readonly ElfFacts[];
  /** What the program at the start of the image asks of the loader; null where that is no dynamic program. */
  readonly runtime: DynamicSection | null;
  /** The architectures that the image is for; those of all files where nothing says. */
  readonly architectures: ReadonlySet<string>;
  /** Whether the image has a C library and loader of its own, so that nothing of the system's is asked for. */
  readonly hasOwnLoader: boolean;
  /** The file of that name, for that architecture; one that the loader finds goes before one that it does not. */
  readonly find: (name: string, architecture: string) => FoundLibrary | undefined;
  /** What is loaded with the programs before they start: those themselves and all libraries that they need, transitively. */
  readonly started: ReadonlySet<ElfFacts>;
}

/** A library that is inside. */
export interface FoundLibrary {
  readonly file: ElfFacts;
  /** Whether something tells the loader to look there. */
  readonly isInReach: boolean;
}

/** What a visit of all files has collected. */
export interface CollectedPrograms {
  readonly files: readonly ElfFacts[];
  readonly scripts: readonly Script[];
  /** Symlinks with names of libraries. */
  readonly links: readonly FileEntry[];
  /** All names of files that have several, by inode. */
  readonly hardLinks: ReadonlyMap<number, readonly string[]>;
}

/** Puts together what was collected. */
export async function connectPrograms(subject: Subject, collected: CollectedPrograms): Promise<Programs> {
  const { files, scripts } = collected;
  const stated = await subject.architectures();
  const architectures = new Set(stated.length > 0 ? stated : files.map(({ architecture }) => architecture));
  const places = await findPlaces(subject, collected);
  const hasOwnLoader = hasLoader(files);
  const libraryPath = await readLibraryPath(subject, scripts, files);
  const folders = await realFolders(subject, [
    ...libraryPath.folders,
    ...new Set(files.flatMap((file) => searchFolders(file))),
  ]);
  const find = finder(places, { folders, everywhere: hasOwnLoader || libraryPath.isUnclear });
  const runtime = await readRuntime(subject);
  return { subject, files, runtime, architectures, hasOwnLoader, find, started: startedFiles(files, find) };
}

async function readRuntime({ image, signal }: Subject): Promise<DynamicSection | null> {
  return image?.elf === undefined ? null : readDynamicSection(image.source, image.elf, { signal });
}

/** A C library is of no use without its loader, and the other way round. */
function hasLoader(files: readonly ElfFacts[]): boolean {
  const names = files.map(({ path }) => nameOf(path));
  const isMusl = names.some((name) => name.startsWith('ld-musl-'));
  const isGlibc =
    names.some(isLoaderName) && files.some(({ dynamic, path }) => isLibc(dynamic?.soname ?? nameOf(path)));
  return isMusl || isGlibc;
}

function isLibc(name: string): boolean {
  return name === 'libc.so.6';
}

interface Place {
  readonly folder: string;
  readonly file: ElfFacts;
}

type Places = ReadonlyMap<string, readonly Place[]>;

/** Every name under which a library is there. */
async function findPlaces(subject: Subject, { files, links, hardLinks }: CollectedPrograms): Promise<Places> {
  const byPath = new Map<string, ElfFacts>();
  const places = new Map<string, Place[]>();
  const put = (path: string, file: ElfFacts, name = nameOf(path)) => {
    const key = placeKey(name, file.architecture);
    const known = places.get(key) ?? [];
    known.push({ folder: folderOf(path), file });
    places.set(key, known);
  };
  for (const file of files) {
    if (file.kind === 'object' || file.kind === 'core') continue;
    for (const path of hardLinks.get(file.entry.stat.inode) ?? [file.path]) {
      byPath.set(path, file);
      put(path, file);
    }
  }
  for (const { path } of links) {
    const target = await subject.resolve(path);
    const file = target === undefined ? undefined : byPath.get(target.path);
    if (file !== undefined) put(path, file);
  }
  return places;
}

function placeKey(name: string, architecture: string): string {
  return `${architecture} ${name}`;
}

function finder(
  places: Places,
  { folders, everywhere }: { readonly folders: ReadonlySet<string>; readonly everywhere: boolean },
): Programs['find'] {
  return (name, architecture) => {
    const found = places.get(placeKey(nameOf(name), architecture)) ?? [];
    const inReach = everywhere ? found[0] : found.find(({ folder }) => folders.has(folder));
    const place = inReach ?? found[0];
    return place && { file: place.file, isInReach: inReach !== undefined };
  };
}

/** Folders as the paths of files name them: `usr/lib64` may be a symlink to `lib`. */
async function realFolders(subject: Subject, folders: readonly string[]): Promise<Set<string>> {
  const real = new Set<string>();
  for (const folder of new Set(folders)) {
    if (folder === '') real.add('');
    else real.add((await subject.resolve(folder))?.path ?? folder);
  }
  return real;
}

/** Qt opens it by itself, but does not start without it where there is no Wayland. */
const QT_PLATFORM = /(?:^|\/)platforms\/libqxcb\.so$/;
const QT_LIBRARY = /^libQt\dGui\.so\.\d$/;

function startedFiles(files: readonly ElfFacts[], find: Programs['find']): Set<ElfFacts> {
  const started = new Set(files.filter(({ kind }) => kind === 'program'));
  // A set hands out what is added to it during the loop, too.
  for (const { dynamic, architecture } of started) {
    for (const name of dynamic?.needed ?? []) {
      const library = find(name, architecture)?.file;
      if (library !== undefined) started.add(library);
      if (!QT_LIBRARY.test(name)) continue;
      for (const file of files) if (QT_PLATFORM.test(file.path)) started.add(file);
    }
  }
  return started;
}
