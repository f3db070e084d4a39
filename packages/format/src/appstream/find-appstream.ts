import { type AppImageError, isAppImageError } from '../errors.ts';
import type { ReadonlyFileSystem } from '../filesystem/readonly-file-system.ts';
import { type ListedFile, listFolder } from '../filesystem/try-resolve.ts';
import type { ReadOptions } from '../io/byte-source.ts';
import { compareFileNames } from '../io/file-name.ts';
import { readDocument } from '../xml/read-document.ts';
import type { AppStreamComponent } from './component.ts';
import { type ParseAppStreamOptions, parseAppStream } from './parse-appstream.ts';

/** Options of {@link findAppStream}. */
export interface FindAppStreamOptions extends ReadOptions, ParseAppStreamOptions {
  /** Path or name of the application's desktop entry, by which its own file is told from those of others. */
  readonly desktopEntry?: string | undefined;
}

/** The metadata of an application, and where they are. */
export interface FoundAppStream {
  /** Path in the image. */
  readonly path: string;
  /** The same without symlinks. */
  readonly realPath: string;
  readonly component: AppStreamComponent;
}

/** The second is where files were before 2016. */
const FOLDERS = ['usr/share/metainfo', 'usr/share/appdata'];
const FILE_NAME = /^(.+)\.(?:metainfo|appdata)\.xml$/s;

/** So many files at most are read to find the one of the application. */
const MAXIMUM_CANDIDATES = 32;

/**
 * Finds the AppStream metadata of the application in an image, where there may be others of things that it brings along. The
 * first of: the file named after the desktop entry, the one that names it as a launchable or has its id, the first of an
 * application, the first at all. `usr/share/metainfo` comes before `usr/share/appdata`, `.metainfo.xml` before
 * `.appdata.xml`. `undefined` where there is none.
 *
 * Files that are damaged are passed over as long as another one is found; the one named after the desktop entry is not.
 *
 * @throws AppImageError as `parseAppStream` and the image do, with the `path` of the file
 */
export async function findAppStream(
  files: ReadonlyFileSystem,
  options: FindAppStreamOptions = {},
): Promise<FoundAppStream | undefined> {
  const id = options.desktopEntry === undefined ? undefined : entryId(options.desktopEntry);
  const candidates = await listCandidates(files, id, options);
  const found: FoundAppStream[] = [];
  let firstError: unknown;
  for (const candidate of candidates.slice(0, MAXIMUM_CANDIDATES)) {
    const isNamed = id !== undefined && isNamedAfter(candidate, id);
    try {
      const each = await readCandidate(files, candidate, options);
      if (isNamed || (id !== undefined && isAbout(each.component, id))) return each;
      found.push(each);
    } catch (error) {
      if (isNamed || !isAppImageError(error) || !isDamage(error)) throw error;
      firstError ??= error;
    }
  }
  const first = found.find(({ component }) => component.type.endsWith('-application')) ?? found[0];
  if (first === undefined && firstError !== undefined) throw firstError;
  return first;
}

/** In the order of preference. */
async function listCandidates(
  files: ReadonlyFileSystem,
  id: string | undefined,
  { signal }: ReadOptions,
): Promise<ListedFile[]> {
  const isWanted = (name: string) => FILE_NAME.test(name);
  const candidates: ListedFile[] = [];
  for (const folder of FOLDERS) {
    const listed = await listFolder(files, folder, { isWanted, signal });
    const regular = listed.filter(({ file }) => file.stat.type === 'file');
    candidates.push(...regular.sort((left, right) => compareFileNames(sortName(left), sortName(right))));
  }
  if (id === undefined) return candidates;
  const named = candidates.filter((candidate) => isNamedAfter(candidate, id));
  return [...named, ...candidates.filter((candidate) => !named.includes(candidate))];
}

/** Of two suffixes, the one of today comes first. */
function sortName({ name }: ListedFile): string {
  return name.endsWith('.metainfo.xml') ? `${stemOf(name)} 1` : `${stemOf(name)} 2`;
}

async function readCandidate(
  files: ReadonlyFileSystem,
  listed: ListedFile,
  { signal, maxSize }: FindAppStreamOptions,
): Promise<FoundAppStream> {
  const component = await readDocument(files, listed, { signal, maxSize, parse: parseAppStream });
  return { path: listed.path, realPath: listed.file.path, component };
}

function isDamage({ code }: AppImageError): boolean {
  return code === 'malformed' || code === 'unsupported' || code === 'limit';
}

function isNamedAfter({ name }: ListedFile, id: string): boolean {
  return entryId(stemOf(name)) === id;
}

function isAbout({ id: ownId, launchables }: AppStreamComponent, id: string): boolean {
  const names = launchables.filter(({ type }) => type === 'desktop-id').map(({ value }) => value);
  return [...names, ...(ownId === null ? [] : [ownId])].some((name) => entryId(name) === id);
}

function stemOf(name: string): string {
  return FILE_NAME.exec(name)?.[1] ?? name;
}

/** What a desktop entry, a component or a file is called without folder and `.desktop`. */
function entryId(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/\.desktop$/, '');
}
