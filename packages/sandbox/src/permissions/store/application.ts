import { createHash } from 'node:crypto';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  type DesktopEntry,
  getString,
  isAppImageError,
  parseDesktopEntry,
  type ReadonlyFileSystem,
  readUpdateInformation,
  readWholeFile,
  resolvePath,
} from '@appimage-js/format';
import { ioError, openAppImage } from '@appimage-js/format/node';
import { readSmallFile } from '../../read-small-file.ts';
import { readRequest } from '../sources/image-request.ts';
import type { Request } from '../sources/request.ts';

/** Who an image says that it is, and what it asks for. */
export interface Application {
  /** Absolute, without links. */
  readonly path: string;
  /** Of the desktop entry, else of the file. */
  readonly name: string;
  /** Name of the desktop entry without `.desktop`; the file's own without `.AppImage` where there is none. */
  readonly desktopId: string;
  /** What its permissions and its home folder are kept by; safe as a file name. */
  readonly identity: string;
  /** Whether the file is known by its path alone, so that no other file can claim to be the same. */
  readonly isKnownByPath: boolean;
  readonly request: Request | undefined;
  /** Chromium inside: it makes sandboxes of its own, and does not start where it can not. */
  readonly isChromium: boolean;
}

/** Options of {@link readApplication}. */
export interface ReadApplicationOptions {
  /** Where the contents of an image were unpacked to. Default: they are read from the image. */
  readonly directory?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The file that every Chromium has beside its program, and the two that Electron's applications are in. */
const CHROMIUM_MARKS = [
  'chrome_100_percent.pak',
  'usr/bin/chrome_100_percent.pak',
  'chrome-sandbox',
  'resources/app.asar',
];
const MAX_ENTRY = 1_048_576;

/**
 * Reads who an image says that it is. Nothing of it is executed.
 *
 * @throws AppImageError `io` when it can not be read; what is damaged in it counts as not there
 */
export async function readApplication(file: string, options: ReadApplicationOptions = {}): Promise<Application> {
  const path = await realpath(file).catch((cause: unknown) => {
    throw ioError(`Cannot open ${file}`, file, cause);
  });
  if ((await stat(path)).isDirectory()) return await describe(path, directoryReader(path), undefined);
  await using image = await openAppImage(path, options.signal === undefined ? {} : { signal: options.signal });
  const { source, type, elf } = image;
  const update = await orNothing(async () => (await readUpdateInformation(source, { type, elf }))?.raw);
  const reader = options.directory === undefined ? imageReader(image.files) : directoryReader(options.directory);
  return await describe(path, reader, update || undefined);
}

/** What is asked of contents, wherever they are. */
interface ContentsReader {
  readonly rootNames: () => Promise<readonly string[]>;
  readonly read: (path: string) => Promise<Uint8Array>;
  readonly has: (path: string) => Promise<boolean>;
}

async function describe(path: string, reader: ContentsReader, update: string | undefined): Promise<Application> {
  const names = (await orNothing(() => reader.rootNames())) ?? [];
  const entryName = names.filter((name) => name.endsWith('.desktop')).sort()[0];
  const desktopEntry = await readEntry(reader, entryName);
  const metadata = await readEntry(reader, names.includes('metadata') ? 'metadata' : undefined);
  const fileName = basename(path).replace(/\.appimage$/i, '');
  const desktopId = (entryName ?? fileName).replace(/\.desktop$/, '');
  const marks = await Promise.all(CHROMIUM_MARKS.map((mark) => orNothing(() => reader.has(mark))));
  return {
    path,
    name: (desktopEntry && getString(desktopEntry, 'Name')) || fileName,
    desktopId,
    identity: identityOf(desktopId, update === undefined ? `file:${path}` : `update-information:${update}`),
    isKnownByPath: update === undefined,
    request: readRequest({ desktopEntry, metadata }),
    isChromium: marks.includes(true),
  };
}

/** Readable, and different for whatever is different. */
function identityOf(desktopId: string, origin: string): string {
  const readable =
    desktopId
      .replaceAll(/[^A-Za-z0-9._-]/g, '_')
      .replace(/^[.-]+/, '')
      .slice(0, 80) || 'application';
  return `${readable}-${createHash('sha256').update(origin).digest('hex').slice(0, 16)}`;
}

async function readEntry(reader: ContentsReader, name: string | undefined): Promise<DesktopEntry | undefined> {
  return name === undefined ? undefined : await orNothing(async () => parseDesktopEntry(await reader.read(name)));
}

function imageReader(files: ReadonlyFileSystem): ContentsReader {
  return {
    rootNames: async () => (await files.readDirectory('')).map((entry) => entry.path),
    read: async (path) => await readWholeFile(files, await resolvePath(files, path), { maximumLength: MAX_ENTRY }),
    has: async (path) => (await resolvePath(files, path)).stat.type === 'file',
  };
}

function directoryReader(directory: string): ContentsReader {
  const inside = async (path: string) => {
    const root = await realpath(directory);
    const real = await realpath(join(root, path));
    if (real.startsWith(`${root}/`)) return real;
    throw ioError(`Cannot read ${path}`, real, new Error('it leads out of the directory'));
  };
  return {
    rootNames: () => readdir(directory),
    read: async (path) => await readSmallFile(await inside(path), MAX_ENTRY),
    has: async (path) => (await inside(path)) !== '',
  };
}

/** What a damaged image can not tell is not there; what was stopped by a signal goes on being stopped. */
async function orNothing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isAppImageError(error) || (error as NodeJS.ErrnoException).code !== undefined) return undefined;
    throw error;
  }
}
