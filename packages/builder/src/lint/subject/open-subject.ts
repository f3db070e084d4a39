import { realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  type AppImage,
  bufferSource,
  type FileEntry,
  isAppImageError,
  type ReadonlyFileSystem,
  readArchitecture,
  readWholeFile,
  resolvePath,
  type SourceInput,
} from '@appimage-js/format';
import { openAppImage } from '@appimage-js/format/node';
import { readAppStreamFiles } from './appstream-files.ts';
import { isParsed, readDesktopFiles } from './desktop-files.ts';
import { LocalFileSystem } from './local-files.ts';
import { readTree } from './read-tree.ts';
import type { LintSettings, Subject, Tree } from './subject.ts';

/** A {@link Subject} that holds a file open until it is closed. */
export interface OpenSubject extends Subject, AsyncDisposable {}

/** Options of {@link openSubject}. */
export interface OpenSubjectOptions {
  readonly signal: AbortSignal | undefined;
  readonly settings: LintSettings;
}

/**
 * Opens a file of any kind, or an AppDir.
 *
 * @throws AppImageError as `openAppImage` does
 */
export async function openSubject(input: SourceInput | string, options: OpenSubjectOptions): Promise<OpenSubject> {
  if (typeof input === 'string' && (await isDirectory(input))) {
    const root = await realpath(input);
    const files = new LocalFileSystem(root);
    return {
      ...makeSubject({ kind: 'app-dir', fileName: basename(root), image: undefined, files }, options),
      ...NOTHING_OPEN,
    };
  }
  const image = await openAppImage(input, { signal: options.signal });
  const subject = makeSubject({ kind: 'image', fileName: nameOf(input), image, files: image.files }, options);
  return { ...subject, [Symbol.asyncDispose]: () => image.close() };
}

const NOTHING_OPEN: AsyncDisposable = { [Symbol.asyncDispose]: async () => undefined };

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // whoever opens it says why that can not be done
  }
}

function nameOf(input: SourceInput | string): string | undefined {
  if (input instanceof URL) return lastPart(input);
  if (input instanceof File) return input.name;
  if (typeof input !== 'string') return undefined;
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(input) ? URL.parse(input) : null;
  return url === null ? basename(input) : lastPart(url);
}

function lastPart({ pathname }: URL): string | undefined {
  const name = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name) || undefined;
  } catch {
    return name;
  }
}

interface SubjectParts {
  readonly kind: Subject['kind'];
  readonly fileName: string | undefined;
  readonly image: AppImage | undefined;
  readonly files: ReadonlyFileSystem;
}

const DEFAULT_MAXIMUM = 1_048_576;

function makeSubject(parts: SubjectParts, { signal, settings }: OpenSubjectOptions): Subject {
  const { files, image } = parts;
  const isReadable = image?.problem === undefined;
  const subject: Subject = {
    ...parts,
    signal,
    settings,
    tree: lazy(async () => (isReadable ? readTree(files, signal) : EMPTY)),
    resolve: (path) => (isReadable ? resolve(files, path, signal) : Promise.resolve(undefined)),
    async read(file, maximumLength = DEFAULT_MAXIMUM) {
      if (file.stat.type !== 'file' || file.stat.size > maximumLength) return undefined;
      return readWholeFile(files, file, { maximumLength, signal });
    },
    readStart: (file, length) => readStart(files, file, { length, signal }),
    desktopFiles: lazy(() => readDesktopFiles(subject)),
    async desktopFile() {
      return (await subject.desktopFiles()).filter(isParsed).find(({ isInRoot }) => isInRoot);
    },
    appStreamFiles: lazy(() => readAppStreamFiles(subject)),
    architectures: lazy(() => findArchitectures(subject)),
  };
  return subject;
}

const EMPTY: Tree = { entries: new Map(), problems: [] };

function lazy<Result>(compute: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= compute();
    return result;
  };
}

async function resolve(
  files: ReadonlyFileSystem,
  path: string,
  signal: AbortSignal | undefined,
): Promise<FileEntry | undefined> {
  try {
    return await resolvePath(files, path, { signal });
  } catch (error) {
    if (isAppImageError(error) && (error.code === 'not-found' || error.code === 'malformed')) return undefined;
    throw error;
  }
}

async function readStart(
  files: ReadonlyFileSystem,
  file: FileEntry,
  { length, signal }: { readonly length: number; readonly signal: AbortSignal | undefined },
): Promise<Uint8Array> {
  const start = new Uint8Array(Math.min(length, file.stat.size));
  let filled = 0;
  for await (const piece of files.readFile(file, { start: 0, end: start.length, signal })) {
    start.set(piece, filled);
    filled += piece.length;
  }
  return start;
}

const STARTED = /^(?:AppRun(?:\.[^/]+)?|(?:usr\/)?bin\/[^/]+)$/;

async function findArchitectures(subject: Subject): Promise<string[]> {
  const { image } = subject;
  if (image !== undefined && image.architectures.length > 0) return [...image.architectures];
  const found = new Set<string>();
  for (const path of (await subject.tree()).entries.keys()) {
    if (!STARTED.test(path)) continue;
    const file = await subject.resolve(path);
    if (file?.stat.type !== 'file' || file.stat.size < 64) continue;
    const architecture = await readArchitecture(bufferSource(await subject.readStart(file, 64)));
    if (architecture !== undefined) found.add(architecture);
  }
  return [...found];
}
